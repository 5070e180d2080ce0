import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { PERMISSIONS } from '@berth/domain';

const ROWS = { person: 'a signed-in person', member: 'a member, without any grant' } as Readonly<
  Record<string, string>
>;

describe('docs/people.md', () => {
  it('names each permission in the row of the least role that has it', async () => {
    const page = await readFile('docs/people.md', 'utf8');
    const rows = page.split('\n').filter((line) => line.startsWith('|'));
    for (const [permission, needed] of Object.entries(PERMISSIONS)) {
      const title = ROWS[needed] ?? `\`${needed}\``;
      const named = rows.filter((row) => row.includes(`\`${permission}\``));
      expect({ permission, rows: named.map((row) => row.split('|')[1]?.trim()) }).toEqual({
        permission,
        rows: [title],
      });
    }
  });
});
