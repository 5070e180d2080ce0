import { startBuildPlatform } from '../build-platform.js';
import { percentile } from './percentile.js';
import type { Table } from './table.js';
import { KINDS, LEAST, SITUATIONS, Town, type Heard, type Kind, type Situation } from './town.js';

/** What agents call, where that is another process than people do. */
const AGENTS_API = 'api-1';
const APIS = [
  { apis: ['api'], title: 'one api for people and agents' },
  { apis: ['api', 'api'], title: 'an api for people, and one for agents' },
];

/** A person's word to one run: while nothing else happens, and at two paces at which the fleet works off a long queue, in turn. */
export async function flood(rounds = 3): Promise<Table[]> {
  const tables: Table[] = [];
  for (const { apis, title } of APIS) {
    const platform = await startBuildPlatform([...apis, 'scheduler', 'registry']);
    try {
      const town = await Town.in(platform, platform.urls[AGENTS_API] ?? platform.apiUrl);
      try {
        tables.push(tableOf(await hear(town, rounds), title));
      } finally {
        await town.close();
      }
    } finally {
      await platform.stop();
    }
  }
  return tables;
}

async function hear(town: Town, rounds: number): Promise<Map<string, Heard[]>> {
  const heard = new Map<string, Heard[]>();
  for (let round = 1; round <= rounds; round += 1) {
    for (const situation of SITUATIONS) {
      for (const [kind, times] of await town.round(situation)) {
        const key = `${kind} ${situation}`;
        heard.set(key, [...(heard.get(key) ?? []), ...times]);
        const median = percentile(
          times.map(({ told }) => told),
          0.5,
        );
        console.error(`round ${round}, ${key}: told after ${median.toFixed(0)} ms`);
      }
    }
  }
  return heard;
}

function tableOf(heard: ReadonlyMap<string, readonly Heard[]>, apis: string): Table {
  const at = (kind: Kind, situation: Situation, what: keyof Heard, share: number): number =>
    percentile(heard.get(`${kind} ${situation}`)?.map((one) => one[what]) ?? [], share);
  const rows = KINDS.flatMap((kind) =>
    (['answered', 'told'] as const).map((what) => {
      const medians = SITUATIONS.map((situation) => at(kind, situation, what, 0.5));
      const [idle = Number.NaN] = medians;
      return [
        `${kind}: ${what === 'answered' ? 'the call is answered' : 'the agent is told'}`,
        ...SITUATIONS.flatMap((situation, n) => {
          const median = medians[n] ?? Number.NaN;
          const times = [median.toFixed(0), at(kind, situation, what, 0.95).toFixed(0)];
          return situation === 'idle' ? times : [...times, (median / idle).toFixed(2)];
        }),
      ];
    }),
  );
  return {
    title: `A person's word to one run, idle and while ${LEAST.toLocaleString('en')} others and more are worked off, ms since the call; ${apis}`,
    columns: [
      'transition',
      ...SITUATIONS.flatMap((situation) => {
        const times = [`${situation}: median`, 'p95'];
        return situation === 'idle' ? times : [...times, 'ratio'];
      }),
    ],
    rows,
  };
}
