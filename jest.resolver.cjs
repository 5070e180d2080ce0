const { existsSync } = require('node:fs');
const { join } = require('node:path');

const bundles = new Map();

/**
 * The sources import each other as `./name.js`, which is what Node needs in dist;
 * Jest runs the sources themselves, so outside node_modules the name is looked up as `./name.ts` first.
 * Large packages are read from the bundles that the run's setup has made of them.
 */
module.exports = (request, options) => {
  if (/^\.{1,2}\//.test(request) && request.endsWith('.js') && !options.basedir.includes('node_modules')) {
    try {
      return options.defaultResolver(request.replace(/\.js$/, '.ts'), options);
    } catch {
      return options.defaultResolver(request, options);
    }
  }
  return bundleOf(request) ?? options.defaultResolver(request, options);
};

/** Undefined: there is none of it. */
function bundleOf(request) {
  const folder = process.env.BERTH_TEST_MODULES;
  if (folder === undefined || !/^(@\w+\/)?[a-z-]+$/.test(request)) {
    return undefined;
  }
  if (!bundles.has(request)) {
    const file = join(folder, `${request.replace('@', '').replace('/', '-')}.cjs`);
    bundles.set(request, existsSync(file) ? file : undefined);
  }
  return bundles.get(request);
}
