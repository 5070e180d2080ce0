import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { isSeriesName, metricNamesIn } from '../support/metric-names.js';
import { findPrometheus } from '../support/prometheus.js';
import { read, REPOSITORY } from '../support/repository-file.js';

const FOLDER = 'docker/prometheus';
const alarms = await read(`${FOLDER}/alerts.yml`);
const recorded = await read(`${FOLDER}/recording.yml`);
const names = [...alarms.matchAll(/^ +- alert: (\w+)$/gm)].map(([, name = '']) => name);
const caseFiles = (await readdir(join(REPOSITORY, FOLDER, 'tests'))).sort();
const cases = (await Promise.all(caseFiles.map(async (file) => read(`${FOLDER}/tests/${file}`)))).join('\n');

describe('the alarms', () => {
  it('ask for metrics of the catalogue and for what is recorded, and nothing else', () => {
    const asked = metricNamesIn(`${alarms}\n${recorded}`);
    const rules = [...recorded.matchAll(/- record: (\S+)/g)].map(([, name]) => name);
    const askedRules = (alarms.match(/\bberth:[\w:]+/g) ?? []).filter((name) => !rules.includes(name));

    expect(asked.length).toBeGreaterThan(10);
    expect(asked.filter((name) => !isSeriesName(name))).toEqual([]);
    expect(askedRules).toEqual([]);
  });

  it('each have an entry in the runbook with its three parts, and the runbook has no other', async () => {
    const runbook = await read('docs/operations/runbook.md');
    const entries = [...runbook.matchAll(/^## (Berth\w+)\n([^]*?)(?=^## |\n*$(?![^]))/gm)];
    const named = [...alarms.matchAll(/runbook: docs\/operations\/runbook\.md#(\w+)$/gm)].map(([, at]) => at);

    expect(named).toEqual(names.map((name) => name.toLowerCase()));
    expect(entries.map(([, name]) => name).sort()).toEqual([...names].sort());
    for (const [, name, text = ''] of entries) {
      const parts = [...text.matchAll(/^- \*\*(.+?)\*\*/gm)].map(([, part]) => part);
      expect({ name, parts }).toEqual({ name, parts: ['What it means.', 'What to look at.', 'What to do.'] });
    }
  });

  it.each(names)('have a case in which %s fires, and one in which it does not', (name) => {
    const expectations = [...cases.matchAll(new RegExp(`alertname: ${name}\\n +exp_alerts:(.*)`, 'g'))];
    const kinds = new Set(expectations.map(([, alerts]) => (alerts === ' []' ? 'quiet' : 'fires')));
    expect(kinds).toEqual(new Set(['quiet', 'fires']));
  });
});

const programs = await findPrometheus();
const missing = typeof programs === 'string' ? programs : null;
// Where it cannot be had, as on a machine that is neither Debian nor has it: the name of the test says why.
const withPromtool = missing === null ? describe : describe.skip;

withPromtool(`promtool${missing === null ? '' : ` (left out: ${missing})`}`, () => {
  async function promtool(...args: readonly string[]): Promise<string> {
    if (typeof programs === 'string') {
      throw new Error(programs);
    }
    const options = { cwd: join(REPOSITORY, FOLDER), env: programs.env, timeout: 60_000 };
    return promisify(execFile)(programs.promtool, args, options).then(
      ({ stdout }) => stdout,
      (error: unknown) => {
        const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
        throw new Error(`promtool ${args.join(' ')}:\n${stdout}\n${stderr}`);
      },
    );
  }

  it('takes the configuration and its rules', async () => {
    expect(await promtool('check', 'config', 'prometheus.yml')).toContain('SUCCESS');
  });

  it.each(caseFiles)('finds that the alarms do what tests/%s says', async (file) => {
    expect(await promtool('test', 'rules', `tests/${file}`)).toContain('SUCCESS');
  });
});
