/**
 * The sources import each other as `./name.js`, which is what Node needs in dist;
 * Jest runs the sources themselves, so outside node_modules the name is looked up as `./name.ts` first.
 */
module.exports = (request, options) => {
  if (/^\.{1,2}\//.test(request) && request.endsWith('.js') && !options.basedir.includes('node_modules')) {
    try {
      return options.defaultResolver(request.replace(/\.js$/, '.ts'), options);
    } catch {
      return options.defaultResolver(request, options);
    }
  }
  return options.defaultResolver(request, options);
};
