import { describe, expect, it } from '@jest/globals';
import { isPostgresOn } from './postgres-leftover.js';

describe('a server found by its pid file', () => {
  it('is ours when it runs on our data folder', () => {
    const line = '/repo/native/bin/postgres -D /srv/my berth/postgres/data -c max_connections=200';

    expect(isPostgresOn(line, '/srv/my berth/postgres/data')).toBe(true);
  });

  it('is not ours when it runs on another, or is no server at all', () => {
    expect(
      isPostgresOn('/usr/bin/postgres -D /srv/berth/postgres/data2 -c a=b', '/srv/berth/postgres/data'),
    ).toBe(false);
    expect(isPostgresOn('vim /srv/berth/postgres/data/pg_hba.conf', '/srv/berth/postgres/data')).toBe(false);
    expect(isPostgresOn('', '/srv/berth/postgres/data')).toBe(false);
  });
});
