import { describe, expect, it } from '@jest/globals';
import type { BerthHome } from './berth-home.js';
import { summaryLines } from './summary.js';
import type { SummaryFacts } from './summary.js';

const FACTS: SummaryFacts = {
  home: { keys: '/repo/.berth/keys.json', logs: '/repo/.berth/logs' } as BerthHome,
  apiUrl: 'http://127.0.0.1:8080',
  apiKey: 'berth_key',
  keyFromEnvironment: false,
  signInUrl: null,
  isolation: null,
  example: {
    id: 't1',
    status: 'apply_pending',
    createdAt: '2026-01-01T00:00:00Z',
    changes: { add: 1, change: 0, destroy: 0 },
  },
  cwd: '/repo',
  commandLine: 'npx berth',
};

const text = (changes: Partial<SummaryFacts> = {}) => summaryLines({ ...FACTS, ...changes }).join('\n');

describe('the summary', () => {
  it('tells where the api is, the key and where it lies', () => {
    expect(text()).toContain('http://127.0.0.1:8080/docs');
    expect(text()).toContain('berth_key (kept in .berth/keys.json)');
  });

  it('gives the link of the first owner as long as there is none', () => {
    const signInUrl = 'http://127.0.0.1:8080/sign-in/link?token=x';
    expect(text({ signInUrl })).toContain(
      `Dashboard  ${signInUrl}\n             (the link makes you the first owner`,
    );
    expect(text()).toContain('Dashboard  http://127.0.0.1:8080/\n');
    expect(text()).not.toContain('first owner');
  });

  it('gives the command that confirms the plan, with the key read from its file', () => {
    expect(text()).toContain(
      `curl -X POST -H "Authorization: Bearer $(node -p 'JSON.parse(fs.readFileSync(".berth/keys.json")).apiKey')" ` +
        'http://127.0.0.1:8080/api/v1/tasks/t1/confirm',
    );
    expect(text()).toContain('Plan: 1 to add, 0 to change, 0 to destroy.');
  });

  it('says how the command line is called, and what it does with the plan', () => {
    expect(text()).toContain('Commands   npx berth --help');
    expect(text()).toContain('  npx berth confirm t1\n');
  });

  it('names files so that they are found from where the person is', () => {
    expect(text({ cwd: '/elsewhere' })).toContain('kept in /repo/.berth/keys.json');
  });

  it('says what runs may reach', () => {
    expect(text({ isolation: 'sandbox' })).toContain('Runs       each in a sandbox');
    expect(text({ isolation: 'user' })).toContain('Runs       with a user for each slot');
    expect(text({ isolation: 'none' })).toContain('they can read and change what you can');
    expect(text({ isolation: null })).not.toContain('Runs  ');
  });

  it('leaves a key of the environment there', () => {
    expect(text({ keyFromEnvironment: true })).toContain('Bearer $BERTH_API_KEY"');
  });

  it('says why there is no example', () => {
    expect(text({ example: { problem: 'the api said no' } })).toContain(
      'could not be prepared: the api said no',
    );
  });
});
