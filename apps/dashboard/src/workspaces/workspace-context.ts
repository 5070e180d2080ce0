import { createContext, use } from 'react';
import type { Workspace } from './queries.js';

const Present = createContext<Workspace | null>(null);
export const WorkspaceProvider = Present.Provider;

/** The workspace that the page is about. */
export function useWorkspace(): Workspace {
  const workspace = use(Present);
  if (workspace === null) {
    throw new Error('there is no workspace above this component');
  }
  return workspace;
}
