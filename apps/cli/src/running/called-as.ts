/** How the person has called us, for the commands that they are told to type. */
export function calledAs(env: Readonly<Record<string, string | undefined>>): string {
  return env['npm_command'] === 'exec' ? 'npx berth' : 'berth';
}
