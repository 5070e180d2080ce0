export function PoolsPage() {
  return <h1>PoolsPage</h1>;
}
