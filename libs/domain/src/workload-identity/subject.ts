/** Where a run is at work, by the names that people gave. */
export interface WorkloadPlace {
  readonly organization: string;
  readonly project: string;
  readonly workspace: string;
}

/** Of which workspace a token is, as trust policies compare it. */
export function fullWorkspace({ organization, project, workspace }: WorkloadPlace): string {
  return `organization:${part(organization)}:project:${part(project)}:workspace:${part(workspace)}`;
}

/** The subject of a token, in the form that HCP Terraform's has: policies written for that one fit. */
export function workloadSubject(place: WorkloadPlace, phase: 'plan' | 'apply'): string {
  return `${fullWorkspace(place)}:run_phase:${phase}`;
}

/**
 * Names of today hold nothing that has to be written otherwise. Should one do, it must not pass for two parts, nor be taken
 * for a pattern by whoever copies it into a policy.
 */
function part(name: string): string {
  return encodeURIComponent(name).replace(
    /[!'()*~]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
