import { Outlet } from '@tanstack/react-router';

export function WorkspaceLayout() {
  return <Outlet />;
}
