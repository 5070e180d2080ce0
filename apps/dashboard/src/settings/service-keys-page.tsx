export function ServiceKeysPage() {
  return <h1>ServiceKeysPage</h1>;
}
