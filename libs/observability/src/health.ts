/** Checks that say whether the service can do its work; each has a second to answer. */
export class Health {
  private readonly checks = new Map<string, () => Promise<void>>();

  add(name: string, check: () => Promise<void>): void {
    this.checks.set(name, check);
  }

  /** The name of each check with `ok` or what is wrong. */
  async ask(): Promise<{ ready: boolean; checks: Record<string, string> }> {
    const answers = await Promise.all(
      [...this.checks].map(async ([name, check]) => [name, await outcomeOf(check)] as const),
    );
    return { ready: answers.every(([, answer]) => answer === 'ok'), checks: Object.fromEntries(answers) };
  }
}

async function outcomeOf(check: () => Promise<void>): Promise<string> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => {
      resolve('no answer within 1 s');
    }, 1_000);
  });
  try {
    return await Promise.race([check().then(() => 'ok'), late]);
  } catch (error) {
    return withoutPlaces(error instanceof Error ? error.message : String(error));
  } finally {
    clearTimeout(timer);
  }
}

/** Names and addresses of hosts, as drivers and we ourselves write them. */
const PLACES = [
  /\b[a-z][a-z0-9+.-]*:\/\/[^\s"')]+/gi,
  /\[[0-9a-f:.]+\](?::\d+)?/gi,
  /\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?/g,
  /(?<=\bat )[^\s:,]+:\d+/g,
  /(?<=\bgetaddrinfo [A-Z_]+ )\S+/g,
  /(?<=\b(?:ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT) )\S+/g,
];

/** Whoever may ask a probe need not learn where the database or the broker is: the log says that. */
export function withoutPlaces(text: string): string {
  return PLACES.reduce((told, place) => told.replaceAll(place, '…'), text);
}
