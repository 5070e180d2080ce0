import { LoopWatch } from '@berth/observability';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RetentionLoop } from '../../apps/api/src/retention/retention.loop.js';
import { KEEPS_ALL } from '../support/retention.js';
import { person } from '../support/people.js';
import { quietly } from '../support/quiet.js';
import { testDatabase, type TestDatabase } from '../support/servers.js';
import { waitFor } from '../support/wait-for.js';

/** More than one run takes of each. */
const MANY = 1_200;

describe('what is over in the database', () => {
  let server: TestDatabase;

  beforeAll(async () => {
    server = await testDatabase();
  });

  afterAll(async () => {
    await server.drop();
  });

  it('is taken away in batches until nothing is left of it, and what is not over stays', async () => {
    const { database } = server;
    const [row] = await database.rows<{ id: string }>("select id from organizations where name = 'default'");
    const { userId } = await person(database, { organizationId: String(row?.id) });
    for (const [count, age] of [
      [MANY, "now() - interval '2 days'"],
      [3, "now() + interval '1 hour'"],
    ] as const) {
      await database.rows(
        `insert into user_sessions (user_id, token_hash, expires_at, address, user_agent)
         select $1, decode(md5(random()::text), 'hex'), ${age}, '', '' from generate_series(1, $2)`,
        [userId, count],
      );
      await database.rows(
        `insert into device_sign_ins (device_code_hash, user_code, client_name, address, expires_at)
         select decode(md5(random()::text), 'hex'), md5(random()::text), 'x', '', ${age} from generate_series(1, $1)`,
        [count],
      );
      await database.rows(
        `insert into sign_in_links (token_hash, expires_at)
         select decode(md5(random()::text), 'hex'), ${age} from generate_series(1, $1)`,
        [count],
      );
      await database.rows(
        `insert into authorization_codes (code_hash, user_id, client_id, redirect_uri, code_challenge, expires_at)
         select decode(md5(random()::text), 'hex'), $1, '', '', '', ${age} from generate_series(1, $2)`,
        [userId, count],
      );
      for (const end of ['revoked_at', 'expires_at']) {
        await database.rows(
          `insert into api_keys (kind, user_id, name, key_hash, ${end})
           select 'user', $1, $3, decode(md5(random()::text), 'hex'), ${age} - interval '89 days' from generate_series(1, $2)`,
          [userId, count, end],
        );
      }
      await database.rows(
        `insert into audit_records (at, actor, address, user_agent, request_id, operation, object_type, object_id, outcome)
         select ${age} - interval '30 days', 'user:x', '', '', '', 'x', '', '', 'done' from generate_series(1, $1)`,
        [count],
      );
    }
    const { logger, metrics } = quietly();
    const watch = new LoopWatch(metrics, logger);
    const loop = new RetentionLoop(
      { ...KEEPS_ALL, BERTH_AUDIT_KEEP_DAYS: 31 },
      database,
      logger,
      watch,
      metrics,
    );
    loop.start();
    try {
      await waitFor('only what is not over to be left', async () => {
        const [left] = await database.rows<{ counts: number[] }>(
          `select array[(select count(*)::int from user_sessions), (select count(*)::int from device_sign_ins),
             (select count(*)::int from sign_in_links), (select count(*)::int from authorization_codes),
             (select count(*)::int from audit_records),
             (select count(*)::int from api_keys where name = 'revoked_at'),
             (select count(*)::int from api_keys where name = 'expires_at')] as counts`,
        );
        return left?.counts.every((count) => count === 3);
      });
    } finally {
      await loop.stop();
    }
    const told = await metrics.registry.metrics();
    expect(told).toMatch(new RegExp(`berth_retention_removed_total\\{.*what="sign-in".*\\} ${MANY * 4}`));
    expect(told).toMatch(new RegExp(`berth_retention_removed_total\\{.*what="audit record".*\\} ${MANY}`));
    expect(told).toMatch(new RegExp(`berth_retention_removed_total\\{.*what="key".*\\} ${MANY * 2}`));
  });
});
