/** What a run may know of the machine that it is on. */
export interface Surroundings {
  readonly secret: string;
  /** The agent's. */
  readonly pid: number;
  readonly home: string;
  /** A slot in which another one's plan waits. */
  readonly otherSlot: number;
  /** A file that the services of the machine have in a folder for all. */
  readonly publicFile: string;
}

/** Shell commands that succeed where a run reaches what is not its own, by name; refused at every level at which runs are kept apart. */
export function hostileTries({ secret, pid, home, otherSlot }: Surroundings): Record<string, string> {
  const other = `${home}/slots/${otherSlot}`;
  return {
    environment: `cat /proc/*/environ | tr '\\0' '\\n' | grep -q '${secret}'`,
    root: `ls /proc/${pid}/root/`,
    signal: `kill -0 ${pid}`,
    id: `cat '${home}/agent-id'`,
    slots: `ls '${home}/slots' | grep -qx ${otherSlot}`,
    otherWork: `ls '${other}/work' || cat '${other}/work/main.tf' || echo x > '${other}/work/mine'`,
    otherPlan: `cat '${other}/plan/plan.tfplan' || rm '${other}/plan/plan.tfplan'`,
    otherVariables: `ls '${other}/variables' || cat '${other}/variables/berth-variables.tfvars.json'`,
    otherManifest: `cat '${other}/manifest.json' || echo x > '${other}/manifest.json'`,
    manifest:
      'cat "$HOME/../manifest.json" || rm "$HOME/../manifest.json" || mv "$HOME/../manifest.json" "$HOME/../aside"',
    outputs: 'ls "$HOME/../outputs"',
    inits: `ls '${home}/inits'`,
    outbox: `ls '${home}/outbox'`,
    states: `ls '${home}/unsaved-states'`,
    store: `touch '${home}/providers/mine'`,
    stored: `for one in '${home}'/providers/*/*/*/*/*/*/package/*; do if [ -f "$one" ] && echo x >> "$one"; then exit 0; fi; done; exit 1`,
    engines: `mkdir '${home}/engines/mine' || touch '${home}/engines/mine'`,
    shadow: 'cat /etc/shadow',
    system: 'touch /usr/bin/mine',
    mount: 'mount -t tmpfs none /mnt',
    top: 'touch /mine',
    rights: 'su -c true || sudo -n true',
  };
}

/** What only a sandbox refuses: who has a user of its own alone sees what everybody on the machine may. */
export function triesOutOfSandboxes({ pid, publicFile }: Surroundings): Record<string, string> {
  return { processes: `test -e /proc/${pid}`, temporary: `cat '${publicFile}'` };
}

/** What a sandbox refuses where the run's own user has made it. */
export const TRIES_OF_NAMESPACES = { namespaces: 'unshare -Ur true' };

/** Prints the names of those that have reached something, and then that all were tried. */
export function tryingScript(tries: Readonly<Record<string, string>>): string {
  const lines = Object.entries(tries).map(
    ([name, attempt]) => `if (${attempt}) </dev/null >/dev/null 2>&1; then echo "reached: ${name}"; fi`,
  );
  // The first line is a build step's title.
  return ['set -f; set +f', ...lines, "echo 'all tried'"].join('\n');
}
