/** The table of rooms: which room may import which, each rule with its sentence. */
const room = (name) => `^(libs|apps)/${name}/`;
const only = (name, comment, allowed) => ({
  name: `${name}-imports`,
  comment,
  severity: 'error',
  from: { path: room(name) },
  to: { path: '^(libs|apps)/', pathNot: [room(name), ...allowed.map((other) => room(other))] },
});
const onlyIn = (dependency, rooms, comment) => ({
  name: `${dependency.replace(/[^a-z]/g, '')}-has-one-room`,
  comment,
  severity: 'error',
  from: { path: '^(libs|apps)/', pathNot: [...rooms.map((name) => room(name)), '\\.spec\\.ts$'] },
  to: { path: `node_modules/${dependency}/` },
});

/** Inner rooms of the agent: which may be entered from which. The lower one is, the more others may. */
const WORK_ROOMS = [
  'addresses',
  'session',
  'git',
  'slots',
  'terraform',
  'engines',
  'processes',
  'disk',
  'api',
  'failures',
];
const AGENT_ROOMS = {
  lifecycle: ['heartbeats', 'adoption', 'runs', ...WORK_ROOMS],
  heartbeats: ['runs', ...WORK_ROOMS],
  adoption: ['runs', ...WORK_ROOMS],
  runs: WORK_ROOMS,
  'runs/terraform': ['runs/reporting', ...WORK_ROOMS],
  'runs/builds': ['runs/reporting', ...WORK_ROOMS],
  'runs/reporting': ['slots', 'terraform', 'disk', 'api', 'failures'],
  git: ['addresses', 'processes', 'disk', 'failures'],
  slots: ['engines', 'processes', 'disk', 'failures'],
  terraform: ['addresses', 'engines', 'processes', 'disk', 'failures'],
  engines: ['disk', 'failures'],
  processes: ['failures'],
  session: ['disk', 'failures'],
  disk: ['processes', 'failures'],
  api: ['failures'],
  failures: [],
  addresses: [],
};
const agentRoom = ([name, below]) => ({
  name: `agent-${name.replace('/', '-')}-enters-only-what-is-below`,
  comment: 'No arrow of the agent runs back up; its settings and identity may be read everywhere.',
  severity: 'error',
  from: { path: `^apps/agent/src/${name}/`, pathNot: '\\.spec\\.ts$' },
  to: {
    path: '^apps/agent/src/',
    pathNot: [
      `^apps/agent/src/${name}/`,
      '^apps/agent/src/(env|identity)\\.ts$',
      ...below.map((other) => `^apps/agent/src/${other}/`),
    ],
  },
});

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'A cycle means that two files are one idea: put the words in the lower room.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'folders-form-no-circle',
      comment: 'Folders of a room stand on each other: what two of them need goes down into the lower one.',
      severity: 'error',
      scope: 'folder',
      from: { path: '^(libs|apps/(api|cli|dashboard|scheduler|registry))/' },
      to: { circular: true },
    },
    {
      name: 'rooms-are-entered-by-their-index',
      comment: 'What a room offers stands in its index.ts; the rest is its own.',
      severity: 'error',
      from: { path: '^(libs|apps)/([^/]+)/' },
      to: { path: '^libs/([^/]+)/src/(?!index\\.ts$)', pathNot: '^(libs|apps)/$2/' },
    },
    {
      name: 'libs-never-import-apps',
      comment: 'A lib serves all apps and knows none.',
      severity: 'error',
      from: { path: '^libs/' },
      to: { path: '^apps/' },
    },
    {
      name: 'apps-never-import-apps',
      comment: 'Apps meet over HTTP, RabbitMQ and PostgreSQL only.',
      severity: 'error',
      from: { path: '^apps/([^/]+)/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'the-launcher-is-started-not-imported',
      comment: 'Who needs the launcher runs it as a process; its units are tested beside its code.',
      severity: 'error',
      from: { path: '^(test|bench)/' },
      // By its path, or by a name that leads nowhere because it exports nothing.
      to: { path: '^(apps|@berth)/launcher(/|$)' },
    },
    only('domain', 'The words and rules: no clock, no I/O, no other room.', []),
    {
      name: 'domain-is-plain',
      comment: 'The domain runs anywhere, a browser included.',
      severity: 'error',
      from: { path: '^libs/domain/', pathNot: '\\.spec\\.ts$' },
      to: { dependencyTypesNot: ['local'] },
    },
    only('contracts', 'What crosses a wire is schema and type, on the words of the domain.', ['domain']),
    only('masking', 'What is hidden in texts and plans needs the shape of a plan alone.', ['contracts']),
    only('config', 'Environment to typed object needs no other room.', []),
    only('process', 'How a process lives needs no other room.', []),
    only('observability', 'Logs, metrics, traces and health know no other room.', []),
    only('telemetry', 'What collects traces is loaded before a service, and knows none.', []),
    {
      name: 'telemetry-is-loaded-not-imported',
      comment: 'The SDK of OpenTelemetry is loaded where traces are collected, and nowhere else.',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: '^libs/telemetry/' },
      to: { path: '^libs/telemetry/' },
    },
    only('persistence', 'Everything PostgreSQL knows, in the words of the domain.', ['domain']),
    only('messaging', 'Everything RabbitMQ knows.', ['contracts', 'domain', 'observability']),
    only('private-servers', 'A server of our own is started from settings and processes alone.', [
      'config',
      'process',
    ]),
    only('client', 'What a client knows of us stands in the OpenAPI document.', []),
    {
      name: 'client-runs-in-browsers',
      comment: 'The client runs in browsers as in Node: fetch and streams, nothing of Node alone.',
      severity: 'error',
      from: { path: '^libs/client/', pathNot: '\\.spec\\.ts$' },
      to: { dependencyTypes: ['core'] },
    },
    only('cli', 'The command line talks HTTP only, as everybody’s programs do.', ['client']),
    only('dashboard', 'The dashboard talks HTTP only; the words of the domain are plain.', [
      'client',
      'domain',
    ]),
    {
      name: 'dashboard-runs-in-browsers',
      comment: 'Pages have fetch and a document, and nothing of Node.',
      severity: 'error',
      from: { path: '^apps/dashboard/src/', pathNot: '\\.spec\\.tsx?$' },
      to: { dependencyTypes: ['core'] },
    },
    only('agent', 'The agent sees no database.', [
      'contracts',
      'domain',
      'masking',
      'messaging',
      'config',
      'process',
      'observability',
    ]),
    ...Object.entries(AGENT_ROOMS).map(agentRoom),
    {
      name: 'agent-settings-know-no-room',
      comment: 'What every room reads reads none of them.',
      severity: 'error',
      from: { path: '^apps/agent/src/(env|identity)\\.ts$' },
      to: { path: '^apps/agent/src/.+/' },
    },
    onlyIn('(typeorm|pg)', ['persistence'], 'SQL lives in one room.'),
    onlyIn('amqplib', ['messaging'], 'AMQP lives in one room.'),
    onlyIn(
      '@opentelemetry',
      ['observability', 'telemetry'],
      'Spans are begun by observability and sent by telemetry.',
    ),
    onlyIn(
      'execa',
      ['agent', 'private-servers'],
      'The agent starts runs; private servers call the programs that place and prepare them.',
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['@berth/source', 'import', 'require', 'node', 'default'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.cjs', '.json'],
    },
  },
};
