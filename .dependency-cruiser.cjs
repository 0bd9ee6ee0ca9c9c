/** The services: what the core does with events and notifications once they are durable. */
const SERVICES = ['collections', 'queue', 'scheduler', 'alerts', 'heartbeats', 'metrics', 'system'];
const CHANNEL_INTERFACE = '^main/channels/(channel-adapter|desktop-notifier)\\.ts$';
const OURS = '^(main|preload|renderer|resources|test)/';

const folder = (...names) => `^main/(${names.join('|')})/`;

/** `from` may import, of our own files, only what one of `allowed` matches. */
const only = (name, from, ...allowed) => ({
  name,
  severity: 'error',
  from: { path: from },
  to: { path: OURS, pathNot: allowed },
});

/** Everything of main/ that lives without Electron and is not an entry itself. */
const CORE = [
  folder(
    'contract',
    'base',
    'messages',
    'domain',
    'store',
    'channels',
    'ingest',
    'transport',
    ...SERVICES,
  ),
];
/** What puts the parts together. */
const COMPOSITION = '^main/(app\\.ts$|core\\.ts$|composition/)';
const IPC = '^main/transport/ipc\\.ts$';

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-unresolvable',
      comment: 'A file that cannot be resolved is one that no rule below has looked at.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    only('contract-is-a-leaf', folder('contract'), folder('contract')),
    only('base-is-a-leaf', folder('base'), folder('base')),
    only(
      'messages-import-the-contract',
      folder('messages'),
      folder('messages', 'contract', 'base'),
    ),
    only('domain-is-pure', folder('domain'), folder('domain', 'messages', 'contract', 'base')),
    {
      name: 'domain-does-no-io',
      severity: 'error',
      from: { path: folder('domain') },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?crypto$' },
    },
    only(
      'store-imports-down',
      folder('store'),
      folder('store', 'domain', 'messages', 'contract', 'base'),
    ),
    only(
      'channels-import-down',
      folder('channels'),
      folder('channels', 'domain', 'messages', 'contract', 'base'),
    ),
    only(
      'ingest-imports-down',
      folder('ingest'),
      folder('ingest', 'domain', 'messages', 'contract', 'base'),
    ),
    only(
      'services-import-down',
      folder(...SERVICES),
      folder(...SERVICES, 'ingest', 'store', 'domain', 'messages', 'contract', 'base'),
      CHANNEL_INTERFACE,
    ),
    only(
      'transport-imports-services',
      folder('transport'),
      folder('transport', ...SERVICES, 'ingest', 'domain', 'messages', 'contract', 'base'),
      CHANNEL_INTERFACE,
    ),
    only(
      'dbus-imports-down',
      folder('dbus'),
      folder('dbus', 'domain', 'messages', 'contract', 'base'),
      CHANNEL_INTERFACE,
      '^main/channels/markup\\.ts$',
    ),
    only(
      'shell-is-a-guest',
      folder('shell'),
      folder('shell', 'contract', 'base', 'messages', 'transport', 'domain', 'dbus'),
      CHANNEL_INTERFACE,
    ),
    only(
      'cluster-runs-the-app',
      '^main/cluster(/|-worker\\.ts$)',
      folder('cluster', 'store', 'transport', 'domain', 'messages', 'contract', 'base'),
      '^main/app\\.ts$',
    ),
    only('app-knows-no-host', COMPOSITION, ...CORE, '^main/core\\.ts$', folder('composition')),
    only(
      'hosts-run-the-app',
      '^main/(cli/|cli\\.ts$|core-worker\\.ts$)',
      ...CORE,
      '^main/app\\.ts$',
      folder('cli', 'cluster', 'dbus'),
    ),
    only('http-has-no-core', '^main/http-worker\\.ts$', folder('transport', 'base')),
    {
      name: 'app-knows-no-ipc',
      comment: 'transport/ipc.ts imports Electron, so only the Electron side may load it.',
      severity: 'error',
      from: { path: '^main/', pathNot: ['^main/index\\.ts$', folder('shell')] },
      to: { path: IPC },
    },
    only(
      'launch-stands-alone',
      '^main/launch(/|\\.ts$)',
      folder('launch', 'contract', 'base', 'messages'),
      '^main/store/files/program-files\\.ts$',
    ),
    {
      name: 'main-has-no-other-folders',
      comment: 'A folder that the import table does not name would be bound by no rule.',
      severity: 'error',
      from: {},
      to: {
        path: '^main/[^/]+/',
        pathNot: [...CORE, folder('shell', 'cli', 'cluster', 'composition', 'launch', 'dbus')],
      },
    },
    {
      name: 'main-knows-no-window',
      severity: 'error',
      from: { path: '^main/' },
      to: { path: '^(preload|renderer|resources|test)/' },
    },
    only('window-knows-the-contract', '^renderer/', '^renderer/', folder('contract', 'messages')),
    only('preload-knows-the-contract', '^preload/', '^preload/', folder('contract')),
    {
      name: 'window-runs-in-a-browser',
      severity: 'error',
      from: { path: '^renderer/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'electron-stays-in-the-shell',
      severity: 'error',
      from: {
        path: '^(main|preload|renderer|resources)/',
        pathNot: ['^main/index\\.ts$', folder('shell'), IPC, '^preload/'],
      },
      to: { path: '(^|node_modules/)electron(/|$)' },
    },
    {
      name: 'sqlite-stays-in-the-store',
      severity: 'error',
      from: {
        path: '^(main|preload|renderer|resources)/',
        pathNot: '^main/store/database\\.ts$',
      },
      to: { path: '(^|node_modules/)(@types/)?better-sqlite3(/|$)' },
    },
    {
      name: 'the-bus-is-spoken-in-one-place',
      severity: 'error',
      from: { path: '^(main|preload|renderer|resources)/', pathNot: '^main/dbus/bus\\.ts$' },
      to: { path: '(^|node_modules/)dbus-native(/|$)' },
    },
    {
      name: 'sqlite-of-node-is-for-tests',
      severity: 'error',
      from: { path: '^(main|preload|renderer)/' },
      to: { path: '^(node:)?sqlite$' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(out|dist|coverage|test-results)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types', 'svelte'],
      extensions: ['.ts', '.js', '.svelte', '.d.ts'],
    },
  },
};
