// What stands behind npm start, npm run demo, npm test, npm run check and npm run chaos.
// It runs before anything is installed, so it uses what Node brings and nothing else;
// this first file is kept in words that an old Node understands, so that it can say so.
const MINIMUM_NODE = [20, 19];

function refusal() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < MINIMUM_NODE[0] || (major === MINIMUM_NODE[0] && minor < MINIMUM_NODE[1])) {
    return `Berth needs Node ${MINIMUM_NODE.join('.')} or newer, and this is ${process.versions.node}.`;
  }
  return process.platform === 'win32' ? 'Berth runs on Linux and macOS; on Windows, use WSL.' : undefined;
}

const reason = refusal();
if (reason !== undefined) {
  console.error(reason);
  process.exit(1);
}
import('./run/verbs.mjs')
  .then(({ runVerb }) => runVerb(process.argv.slice(2)))
  .catch((error) => {
    console.error(`berth: ${error instanceof Error ? error.message : String(error)}`);
    return 1;
  })
  .then((code) => {
    process.exitCode = code;
  });
