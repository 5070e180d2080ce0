import { randomUUID } from 'node:crypto';
import { fullWorkspace, workloadSubject } from '@berth/domain';
import type { WorkloadPlaceRow } from '@berth/persistence';

/** Of whoever checks a token: their clock may be behind ours. */
const CLOCKS_SECONDS = 5;

export interface ClaimsOf {
  readonly issuer: string;
  readonly audience: string;
  readonly place: WorkloadPlaceRow;
  readonly runId: string;
  readonly phase: 'plan' | 'apply';
  readonly now: Date;
  readonly lifeSeconds: number;
}

/** What a token says: beside the registered claims those that HCP Terraform's have, under their names. */
export function claimsOf({ issuer, audience, place, runId, phase, now, lifeSeconds }: ClaimsOf) {
  const issuedAt = Math.floor(now.getTime() / 1_000);
  return {
    jti: randomUUID(),
    iss: issuer,
    sub: workloadSubject(place, phase),
    aud: audience,
    iat: issuedAt,
    nbf: issuedAt - CLOCKS_SECONDS,
    exp: issuedAt + lifeSeconds,
    terraform_run_phase: phase,
    terraform_run_id: runId,
    terraform_organization_id: place.organizationId,
    terraform_organization_name: place.organization,
    terraform_project_id: place.projectId,
    terraform_project_name: place.project,
    terraform_workspace_id: place.workspaceId,
    terraform_workspace_name: place.workspace,
    terraform_full_workspace: fullWorkspace(place),
  };
}

/** What discovery promises. */
export const CLAIMS: readonly (keyof ReturnType<typeof claimsOf>)[] = [
  ...(['jti', 'iss', 'sub', 'aud', 'iat', 'nbf', 'exp'] as const),
  ...(['terraform_run_phase', 'terraform_run_id'] as const),
  ...(['terraform_organization_id', 'terraform_organization_name'] as const),
  ...(['terraform_project_id', 'terraform_project_name'] as const),
  ...(['terraform_workspace_id', 'terraform_workspace_name', 'terraform_full_workspace'] as const),
];
