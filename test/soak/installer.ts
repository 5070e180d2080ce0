// Whether many processes that share a disk always end with whole binaries, whatever breaks while they install them.
import { parseArgs } from 'node:util';
import { FAULTY_ANSWERS, InstallerCrowd, MOMENTS, type Round } from '../support/installer-crowd.js';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '50' },
    processes: { type: 'string', default: '32' },
  },
});
const rounds = Number(values.rounds);
const size = Number(values.processes);
/** The kills without a chosen moment sweep over a whole installation, in these steps. */
const SWEEP_STEP_MS = 6;
const SWEEP_MS = 300;

interface Expected {
  readonly installed: number;
  readonly failures: readonly string[];
  /** How many, where that is certain. */
  readonly downloads?: number;
}

const repeated = (failure: string, times: number): string[] => Array.from({ length: times }, () => failure);
const all: Expected = { installed: size, failures: [] };
const inTurn: Expected = {
  installed: size - FAULTY_ANSWERS,
  failures: repeated('transient ENGINE_DOWNLOAD_FAILED', FAULTY_ANSWERS),
};

const milliseconds = new Map<string, number[]>();
let broken = 0;
/** Kills that found the version installed. */
let killedTooLate = 0;

function judge(name: string, round: Round, expected: Expected): void {
  milliseconds.set(name, [...(milliseconds.get(name) ?? []), round.milliseconds]);
  const kept =
    round.installed === expected.installed &&
    JSON.stringify(round.failures) === JSON.stringify(expected.failures) &&
    (expected.downloads === undefined || round.downloads === expected.downloads);
  if (!kept) {
    broken += 1;
    console.log(`  ${name}: ${JSON.stringify(round)} instead of ${JSON.stringify(expected)}`);
  }
}

async function soak(crowd: InstallerCrowd, n: number): Promise<void> {
  judge('well served', await crowd.wellServed(), { ...all, downloads: 1 });
  judge('broken off', await crowd.brokenOff(), { ...inTurn, downloads: FAULTY_ANSWERS + 1 });
  judge('503', await crowd.refused(), { ...inTurn, downloads: 1 });
  const [wrong, right] = await crowd.mistaken();
  judge('wrong checksum', wrong, {
    installed: 0,
    failures: repeated('permanent ENGINE_CHECKSUM_MISMATCH', size),
  });
  judge('right checksum', right, { ...all, downloads: 1 });
  const moment = MOMENTS[n % MOMENTS.length] ?? MOMENTS[0];
  judge(`killed ${moment}`, await crowd.killedAt(moment), all);
  const swept = await crowd.killedAfter((n * SWEEP_STEP_MS) % SWEEP_MS);
  judge('killed anywhere', swept, all);
  killedTooLate += swept.downloads === 0 ? 1 : 0;
}

const crowd = await InstallerCrowd.gather(size);
try {
  for (let n = 1; n <= rounds; n += 1) {
    const since = performance.now();
    await soak(crowd, n);
    console.log(`round ${n} of ${rounds}: ${((performance.now() - since) / 1_000).toFixed(1)} s`);
  }
  const left = await crowd.leftovers();
  if (left.length > 0) {
    broken += 1;
    console.log(`  left over: ${left.join(', ')}`);
  }
} finally {
  await crowd.leave();
}
for (const [name, times] of milliseconds) {
  const sorted = times.toSorted((a, b) => a - b);
  const [median, most] = [sorted[Math.floor(sorted.length / 2)], sorted.at(-1)];
  console.log(
    `${name.padEnd(36)} ${String(times.length).padStart(3)} times, ${size} processes each: ` +
      `median ${median?.toFixed(0)} ms, most ${most?.toFixed(0)} ms`,
  );
}
console.log(`${rounds - killedTooLate} of the ${rounds} kills anywhere came before the version was in place`);
console.log(broken === 0 ? 'every promise was kept' : `${broken} promises were broken`);
process.exitCode = broken === 0 ? 0 : 1;
