import type { IdentityToken, TaskVariable } from '@berth/contracts';
import { wantedIdentities } from '@berth/domain';
import { Metrics, type Counter } from '@berth/observability';
import { Database, readWorkloadPlace, ReferenceGone, type TaskRow } from '@berth/persistence';
import { Inject, Injectable } from '@nestjs/common';
import { API_ENV, type ApiEnv } from '../env.js';
import { claimsOf } from './claims.js';
import { issuerOf } from './issuer.js';
import { signJwt } from './jwt.js';
import { SigningKeys } from './signing-keys.service.js';

/** Makes the tokens by which one phase of a run shows to others what it is. */
@Injectable()
export class IdentityTokens {
  private readonly given: Counter<'phase'>;

  constructor(
    @Inject(API_ENV) private readonly env: ApiEnv,
    @Inject(Database) private readonly database: Database,
    @Inject(SigningKeys) private readonly keys: SigningKeys,
    @Inject(Metrics) metrics: Metrics,
  ) {
    this.given = metrics.counter('berth_identity_tokens_total');
  }

  /** Those that its variables ask for; none where workload identity is off, which the agent then says. */
  async of(
    task: Pick<TaskRow, 'id' | 'phase'>,
    workspaceId: string,
    variables: readonly TaskVariable[],
  ): Promise<IdentityToken[]> {
    const issuer = issuerOf(this.env);
    const phase = task.phase === 'plan' ? 'plan' : 'apply';
    const { wanted } = wantedIdentities(
      variables.filter(({ category }) => category === 'env'),
      phase,
    );
    if (issuer === null || wanted.length === 0) {
      return [];
    }
    const [place, key] = await Promise.all([
      readWorkloadPlace(this.database, workspaceId),
      this.keys.present(),
    ]);
    if (place === null) {
      throw new ReferenceGone(`the workspace of task ${task.id}`);
    }
    const lifeSeconds = this.env.BERTH_WORKLOAD_TOKEN_MINUTES * 60;
    const now = new Date();
    this.given.inc({ phase }, wanted.length);
    return wanted.map(({ name, audience }) => {
      const claims = claimsOf({ issuer, audience, place, runId: task.id, phase, now, lifeSeconds });
      const expiresAt = new Date(claims.exp * 1_000).toISOString();
      return { name, audience, token: signJwt(key, claims), expiresAt };
    });
  }
}
