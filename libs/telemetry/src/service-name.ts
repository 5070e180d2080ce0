/** As the environment names it, else by the app that is started. */
export function serviceName(env: NodeJS.ProcessEnv, argv: readonly string[]): string {
  const named = env['OTEL_SERVICE_NAME'] ?? '';
  if (named !== '') {
    return named;
  }
  const app = /\bapps\/(\w+)\/dist\/main\.js$/.exec((argv[1] ?? '').replaceAll('\\', '/'))?.[1];
  return app === undefined ? 'berth' : `berth-${app}`;
}
