import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { FAULTY_ANSWERS, InstallerCrowd, MOMENTS } from '../support/installer-crowd.js';

/** `npm run soak:installer` has many more rounds. */
const ROUNDS = 3;
const PROCESSES = 32;
/** So many processes take their time on a machine with other work. */
const DEADLINE_MS = 120_000;

jest.setTimeout(DEADLINE_MS);

let crowd: InstallerCrowd;

beforeAll(async () => {
  crowd = await InstallerCrowd.gather(PROCESSES);
});
afterAll(async () => {
  await crowd.leave();
});

describe(`${PROCESSES} processes that ask for a version at once`, () => {
  it.each(Array.from({ length: ROUNDS }, (_, round) => round + 1))(
    'all have it after one download (round %i)',
    async () => {
      expect(await crowd.wellServed()).toMatchObject({ installed: PROCESSES, failures: [], downloads: 1 });
    },
  );

  it('try in turn while the server breaks off, until one has it for all', async () => {
    expect(await crowd.brokenOff()).toMatchObject({
      installed: PROCESSES - FAULTY_ANSWERS,
      failures: Array.from({ length: FAULTY_ANSWERS }, () => 'transient ENGINE_DOWNLOAD_FAILED'),
      downloads: FAULTY_ANSWERS + 1,
    });
  });

  it('try in turn while the server answers 503, until one has it for all', async () => {
    expect(await crowd.refused()).toMatchObject({
      installed: PROCESSES - FAULTY_ANSWERS,
      failures: Array.from({ length: FAULTY_ANSWERS }, () => 'transient ENGINE_DOWNLOAD_FAILED'),
      downloads: 1,
    });
  });

  it('all fail for good on a wrong checksum, and all have it once that is mended', async () => {
    const [wrong, right] = await crowd.mistaken();

    expect(wrong).toMatchObject({
      installed: 0,
      failures: Array.from({ length: PROCESSES }, () => 'permanent ENGINE_CHECKSUM_MISMATCH'),
    });
    expect(right).toMatchObject({ installed: PROCESSES, failures: [], downloads: 1 });
  });

  it.each(MOMENTS)('have it after the one that installed it was killed %s', async (moment) => {
    expect(await crowd.killedAt(moment)).toMatchObject({ installed: PROCESSES, failures: [] });
    expect(await crowd.leftovers()).toEqual([]);
  });
});
