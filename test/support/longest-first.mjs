import Sequencer from '@jest/test-sequencer';

/** Each takes more than a minute, which its size does not tell. */
const LONGEST = /\/e2e\/(run-isolation|on-one-agent|dashboard-pages|two-organizations)\.e2e-spec\.ts$/;

/** Where nobody knows yet how long files take, Jest begins with the largest; one that is long and comes last runs alone. */
export default class LongestFirst extends Sequencer {
  sort(tests) {
    const first = (test) => Number(LONGEST.test(test.path));
    return super.sort(tests).toSorted((one, other) => first(other) - first(one));
  }
}
