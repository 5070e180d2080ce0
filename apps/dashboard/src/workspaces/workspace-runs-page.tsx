export function WorkspaceRunsPage() {
  return <h1>WorkspaceRunsPage</h1>;
}
