import { X509Certificate } from 'node:crypto';
import { hostname } from 'node:os';
import { credentialsIn } from '../cluster/nats-credentials.ts';
import { fail, ok, type Result } from '../contract/result.ts';
import type { Messages } from '../messages/messages.ts';
import type { Flags, Options } from './command.ts';
import { readText } from './private-files.ts';
import type { ClusterChoice } from './serve.ts';

/** The options of `serve` for a core of a cluster. */
export const CLUSTER = {
  '--cluster <urls>': { env: 'BELFRY_CLUSTER' },
  '--cluster-name <name>': { env: 'BELFRY_CLUSTER_NAME', initial: 'home' },
  '--cluster-core <name>': { env: 'BELFRY_CLUSTER_CORE' },
  '--cluster-url <url>': { env: 'BELFRY_CLUSTER_URL' },
  '--cluster-init': {},
  '--cluster-credentials <file>': { env: 'BELFRY_CLUSTER_CREDENTIALS' },
  '--cluster-ca <file>': { env: 'BELFRY_CLUSTER_CA' },
} as const satisfies Options;

/** Where the core listens. */
interface Listen {
  readonly host: string;
  readonly port: number;
}

const NAME_CHARS_MAX = 40;
/** Names are parts of subjects and of keys in NATS. */
const NAME = new RegExp(`^[\\w-]{1,${NAME_CHARS_MAX}}$`);
const SERVER = /^(?:nats|tls):$/;
/** Bundles of a system have a few hundred kilobytes. */
const FILE_BYTES_MAX = 1_048_576;
/** At none of these do other machines reach this one. */
const NOWHERE = ['0.0.0.0', '::', ''];

/** Returns the cluster that the options name; null for a core that is alone. */
export function clusterOf(
  messages: Messages,
  flags: Flags<typeof CLUSTER>,
  listen: Listen,
  script: string,
): Result<ClusterChoice | null> {
  if (!flags.cluster) return ok(null);
  const servers = flags.cluster.split(',').map((word) => word.trim());
  const wrong = servers.find((server) => !isServer(server));
  if (wrong !== undefined) {
    return fail('invalid_input', messages.text('cli.cluster.badServer', { server: wrong }));
  }
  const { clusterName: name, clusterCore, clusterUrl } = flags;
  const core = clusterCore || nameOf(hostname());
  for (const [option, value] of Object.entries({
    '--cluster-name': name,
    '--cluster-core': core,
  })) {
    if (NAME.test(value)) continue;
    const wrongName = { option, name: value, max: NAME_CHARS_MAX };
    return fail('invalid_input', messages.text('cli.cluster.badName', wrongName));
  }
  const url = urlOf(messages, clusterUrl || null, listen);
  if (!url.ok) return url;
  const files = filesOf(messages, flags);
  if (!files.ok) return files;
  const mayBegin = flags.clusterInit === true;
  return ok({ servers, name, core, url: url.value, mayBegin, ...files.value, script });
}

/** A password in it would be seen among the arguments; there is a file for that. */
function isServer(word: string): boolean {
  const url = URL.parse(word);
  if (url === null || !SERVER.test(url.protocol) || url.hostname === '') return false;
  return url.username === '' && /^\/?$/.test(url.pathname) && url.search + url.hash === '';
}

/** Returns the name of a machine as the name of a core. */
const nameOf = (host: string): string =>
  host.replaceAll(/[^\w-]+/g, '-').slice(0, NAME_CHARS_MAX) || 'core';

function urlOf(messages: Messages, url: string | null, listen: Listen): Result<string | null> {
  if (url === null) {
    const isKnown = listen.port !== 0 && !NOWHERE.includes(listen.host);
    return isKnown ? ok(null) : fail('invalid_input', messages.text('cli.cluster.needsUrl'));
  }
  const { protocol, pathname, search, hash, username } = URL.parse(url) ?? { protocol: '' };
  const isAddress = protocol === 'http:' && pathname === '/' && !search && !hash && !username;
  return isAddress ? ok(url) : fail('invalid_input', messages.text('cli.cluster.badUrl', { url }));
}

function filesOf(
  messages: Messages,
  { clusterCredentials, clusterCa }: Flags<typeof CLUSTER>,
): Result<Pick<ClusterChoice, 'credentials' | 'authorities'>> {
  const credentials = fileOf(messages, '--cluster-credentials', clusterCredentials, hasCredentials);
  if (!credentials.ok) return credentials;
  const authorities = fileOf(messages, '--cluster-ca', clusterCa, hasCertificates);
  if (!authorities.ok) return authorities;
  return ok({ credentials: credentials.value, authorities: authorities.value });
}

const hasCredentials = (text: string): boolean => credentialsIn(text) !== null;

function hasCertificates(text: string): boolean {
  try {
    return new X509Certificate(text).raw.length > 0;
  } catch {
    return false;
  }
}

/** Returns the content of the file that an option names; null without one. */
function fileOf(
  messages: Messages,
  option: '--cluster-credentials' | '--cluster-ca',
  path: string | undefined,
  isValid: (text: string) => boolean,
): Result<string | null> {
  if (!path) return ok(null);
  const text = readText(messages, path, FILE_BYTES_MAX);
  if (!text.ok) {
    const problem = messages.text('cli.cluster.file', { option, problem: text.error.message });
    return fail('invalid_input', problem);
  }
  if (isValid(text.value)) return text;
  const key = option === '--cluster-ca' ? 'cli.cluster.badCa' : 'cli.cluster.badCredentials';
  return fail('invalid_input', messages.text(key, { path }));
}
