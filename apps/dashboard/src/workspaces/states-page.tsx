export function StatesPage() {
  return <h1>StatesPage</h1>;
}
