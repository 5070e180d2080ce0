export function BuildsPage() {
  return <h1>BuildsPage</h1>;
}
