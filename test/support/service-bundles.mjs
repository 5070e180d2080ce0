import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';

const APPS = resolve(import.meta.dirname, '../../apps');
/** What is started: the services, and the threads and processes that the agent starts of itself. */
const ENTRIES = [
  'api/dist/main.js',
  'registry/dist/main.js',
  'scheduler/dist/main.js',
  'agent/dist/main.js',
  'agent/dist/heartbeats/heartbeat.thread.js',
  'agent/dist/terraform/plan-digest/digest.thread.js',
  'agent/dist/terraform/state-door/door.process.js',
];

/**
 * Each service as one file, of what `tsc` has made: a process that reads 1,800 modules needs three times the processor
 * time to start, and the tests start some 500 of them. It is the same code; tracing, which changes modules as they are
 * loaded, needs the files themselves.
 */
async function bundleServices(folder) {
  const bundleOf = new Map(
    ENTRIES.map((entry) => [join(APPS, entry), join(folder, entry.replace('/dist/', '/'))]),
  );
  await Promise.all([...bundleOf].map(([input, file]) => bundle(input, file, bundleOf)));
}

async function bundle(input, file, bundleOf) {
  const made = await rolldown({
    input,
    platform: 'node',
    plugins: [whereItWas(bundleOf)],
    // Nest's optional packages, which are not installed.
    onLog: (level, log, pass) => (log.code === 'UNRESOLVED_IMPORT' ? undefined : pass(level, log)),
  });
  try {
    await made.write({ file, format: 'esm', codeSplitting: false, keepNames: true });
  } finally {
    await made.close();
  }
}

/** A module finds the files beside it where it was, except for those that have a bundle of their own. */
function whereItWas(bundleOf) {
  return {
    name: 'where it was',
    transform: {
      filter: { code: 'import.meta.' },
      handler: (code, id) =>
        code
          .replace(/new URL\('(\.[^']+)', import\.meta\.url\)/g, (whole, path) => {
            const other = bundleOf.get(resolve(id, '..', path));
            return other === undefined ? whole : `new URL(${JSON.stringify(pathToFileURL(other).href)})`;
          })
          .replaceAll('import.meta.url', JSON.stringify(pathToFileURL(id).href))
          .replaceAll('import.meta.dirname', JSON.stringify(resolve(id, '..'))),
    },
  };
}

await bundleServices(process.argv[2]);
