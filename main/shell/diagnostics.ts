import { readdir, readFile, writeFile } from 'node:fs/promises';
import { homedir, release } from 'node:os';
import { join } from 'node:path';
import { dialog, shell } from 'electron';
import { errorText, type Logger } from '../base/logger.ts';
import type { Client } from '../contract/client.ts';
import type { Result } from '../contract/result.ts';
import type { Settings } from '../contract/settings.ts';
import type { Status } from '../contract/system.ts';
import type { Messages } from '../messages/messages.ts';

/** The variables that say on which kind of desktop Belfry runs. */
const DESKTOP_VARIABLES = ['XDG_CURRENT_DESKTOP', 'XDG_SESSION_TYPE', 'APPIMAGE', 'SNAP', 'LANG'];

/** Long words with letters and digits are what tokens and ids look like. */
const TOKEN = /[\w~+=-]{16,}/g;
/** Addresses say with whom Belfry speaks, and many are credentials. Those of the program's own files are neither. */
const ADDRESS = /\b(?!file:)([a-z][a-z0-9+.-]*):\/\/[^\s"'\\<>]+/gi;

export interface DiagnosticsSource {
  readonly core: Pick<Client, 'call'>;
  readonly version: string;
  readonly logDirectory: string;
  /** The strings that must not be in the text wherever they come from. */
  readonly secrets: readonly string[];
}

/** Shows the log's files in the system's file manager. */
export async function openLogs(directory: string, logger: Logger): Promise<void> {
  const problem = await shell.openPath(directory);
  if (problem !== '') logger.log('warn', 'the log folder could not be opened', { error: problem });
}

/** Saves the diagnostics where a person wants them. */
export async function saveDiagnostics(
  source: DiagnosticsSource,
  messages: Messages,
): Promise<void> {
  const { filePath } = await dialog.showSaveDialog({ defaultPath: 'belfry-diagnostics.txt' });
  if (!filePath) return;
  try {
    await writeFile(filePath, await diagnosticsText(source), { mode: 0o600 });
  } catch (error) {
    dialog.showErrorBox(messages.text('shell.diagnosticsFailed'), errorText(error));
  }
}

/**
 * Returns a text for reports of faults: versions, states, counts, settings and the log. It has no names, no
 * content of alerts and no configuration of channels; the log's lines lose what may be a secret.
 */
async function diagnosticsText(source: DiagnosticsSource): Promise<string> {
  const { core } = source;
  const [status, settings, channels] = await Promise.all([
    core.call('system.status', {}),
    core.call('settings.get', {}),
    core.call('channels.list', {}),
  ]);
  const facts = {
    belfry: source.version,
    versions: process.versions,
    system: { platform: process.platform, arch: process.arch, release: release() },
    environment: DESKTOP_VARIABLES.filter((name) => process.env[name]).map((name) =>
      name === 'APPIMAGE' ? name : `${name}=${process.env[name] ?? ''}`,
    ),
    status: shown(status, stateOf),
    settings: shown(settings, settingsOf),
    channels: shown(channels, ({ items }) =>
      items.map(({ kind, enabled, attention }) => ({
        kind,
        enabled,
        attention: attention?.reason.code ?? null,
      })),
    ),
  };
  const log = await logText(source.logDirectory);
  return `${JSON.stringify(facts, null, 2)}\n\n${withoutSecrets(log, source.secrets)}`;
}

const shown = <T>(result: Result<T>, view: (value: T) => unknown): unknown =>
  result.ok ? view(result.value) : result.error.code;

const stateOf = ({ alerts, notifications, muting, storage, ...status }: Status): object => ({
  host: status.host,
  language: status.language,
  startedAt: status.startedAt,
  mail: status.mail.reason?.code ?? (status.mail.address === null ? 'off' : 'on'),
  http: status.urlReason?.code ?? (status.url === null ? 'off' : 'on'),
  alerts,
  notifications,
  muting,
  storage: storage.reason?.code ?? 'writable',
  flapping: status.flapping,
  enabledChannels: status.enabledChannels,
  channelsDown: status.channelsDown,
  channelsNeedingAttention: status.channelsNeedingAttention,
  lastBackupAt: status.backup.lastAt,
});

const settingsOf = ({ publicUrl, outboundHeartbeat, ...settings }: Settings): object => ({
  ...settings,
  publicUrl: publicUrl !== null,
  outboundHeartbeat: { ...outboundHeartbeat, target: outboundHeartbeat.target !== null },
});

/** Returns the log's files, the oldest first: `belfry.log.2`, `belfry.log.1`, `belfry.log`. */
async function logText(directory: string): Promise<string> {
  const names = (await readdir(directory)).filter((name) => /^belfry\.log(\.\d+)?$/.test(name));
  const oldestFirst = names.sort((a, b) => b.localeCompare(a, 'en', { numeric: true }));
  const texts = await Promise.all(
    oldestFirst.map((name) => readFile(join(directory, name), 'utf8')),
  );
  return texts.join('');
}

/** Returns the text without addresses, tokens, the person's home and what is known to be secret. */
function withoutSecrets(text: string, secrets: readonly string[]): string {
  const known = secrets.reduce((rest, secret) => rest.replaceAll(secret, '…'), text);
  return known
    .replaceAll(homedir(), '~')
    .replace(ADDRESS, '$1://…')
    .replace(TOKEN, (word) => (/\d/.test(word) && /[a-z]/i.test(word) ? '…' : word));
}
