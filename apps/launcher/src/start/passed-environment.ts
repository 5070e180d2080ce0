/** What every service gets of the environment that we were started in. */
const PASSED =
  /^(PATH|HOME|LANG|LC_\w+|TZ|TMPDIR|NODE_\w+|(HTTP|HTTPS|NO|ALL)_PROXY|SSL_CERT_(FILE|DIR)|OTEL_\w+)$/i;
/** Settings of Berth reach every service, each of which reads its own; what opens something is given one by one. */
const SETTING = /^BERTH_\w+$/;
const SECRET = /KEY|TOKEN|SECRET|PASSWORD/;
const LAUNCHERS_OWN = new Set(['BERTH_HOME', 'BERTH_PORT']);

/** The part of an environment that is no secret and that services may need. */
export function passedEnvironment(env: NodeJS.ProcessEnv): Record<string, string> {
  const passed: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    const isSetting = SETTING.test(name) && !SECRET.test(name) && !LAUNCHERS_OWN.has(name);
    if (value !== undefined && (PASSED.test(name) || isSetting)) {
      passed[name] = value;
    }
  }
  return passed;
}
