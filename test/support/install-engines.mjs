// Installs engines as an agent does, in a process of its own: told what by messages of its parent, ends with it.
// Run with the home and the addresses of the releases, in JSON.
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const compiled = (name) => import(pathToFileURL(resolve('apps/agent/dist/engines', `${name}.js`)));
const [{ EngineBinaries }, { ReleaseSignatures }] = await Promise.all([
  compiled('engine-installer'),
  compiled('release-signatures'),
]);

const [home, urls] = process.argv.slice(2);
const settings = {
  home,
  usePathBinary: false,
  searchPath: '',
  urls: JSON.parse(urls),
  installTimeoutMs: 120_000,
};
const engines = new EngineBinaries(settings, new ReleaseSignatures({}, { warn: () => undefined }));
await engines.cleanUp();

process.on('message', (version) => {
  engines
    .resolve({ engine: 'terraform', version, signal: new globalThis.AbortController().signal })
    .catch(({ failureClass, code, message }) => ({ failureClass, code, message }))
    .then((outcome) => process.send(outcome));
});
process.on('disconnect', () => process.exit(0));
process.send('ready');
