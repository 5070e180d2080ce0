import { parseArgs } from 'node:util';

export const DEMO_HELP = `Usage: npm run demo -- [--api-url <url>] [--json]

Shows a plan, its confirmation and the apply in the warm slot, and a cold apply beside it, on a running Berth.

  --api-url <url>  another Berth than the one of this machine; its key is then in BERTH_API_KEY
  --json           the numbers as JSON on stdout, progress on stderr

Without --api-url, the running Berth is found through runtime.json in BERTH_HOME (.berth in the repository).`;

export interface DemoOptions {
  apiUrl?: string;
  json: boolean;
}

/** What the person asked for on the command line; throws with a line that says what is wrong. */
export function parseDemoOptions(args: string[]): DemoOptions {
  const { values } = parseArgs({
    args,
    options: { 'api-url': { type: 'string' }, json: { type: 'boolean', default: false } },
  });
  const { 'api-url': apiUrl, json } = values;
  if (apiUrl !== undefined && !(URL.canParse(apiUrl) && /^https?:/.test(apiUrl))) {
    throw new Error(`--api-url must be an address such as http://127.0.0.1:8080, and is "${apiUrl}"`);
  }
  return apiUrl === undefined ? { json } : { apiUrl: apiUrl.replace(/\/+$/, ''), json };
}
