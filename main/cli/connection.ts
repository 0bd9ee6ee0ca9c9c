import { existsSync, readFileSync } from 'node:fs';
import { fail, ok, type Result } from '../contract/result.ts';
import type { Messages } from '../messages/messages.ts';
import { readAdminToken } from '../system/access/admin-token.ts';
import type { CliCommand } from './cli-command.ts';
import { dataDirOf, runningUrl } from './data-dir.ts';

interface ConnectionFlags {
  readonly dataDir?: string;
  readonly url?: string;
  readonly token?: string;
  readonly tokenFile?: string;
}

/**
 * Reads the options that name an instance. One that the command line names, by its data directory or
 * address, is not mixed with one that the environment names; an empty value counts as not given.
 */
export function connectionOptionsOf(command: CliCommand): ConnectionOptions {
  const flags = command.opts<ConnectionFlags>();
  const isTyped = (name: string): boolean => command.getOptionValueSource(name) === 'cli';
  const namesDirectory = isTyped('dataDir') && !isTyped('url');
  const given = (name: 'url' | 'token' | 'tokenFile'): string | null =>
    namesDirectory && !isTyped(name) ? null : flags[name] || null;
  // Of two tokens the one that was typed is meant, whichever option it came by.
  const typedFile = isTyped('tokenFile') && !isTyped('token');
  return {
    dataDir: dataDirOf(flags),
    url: given('url'),
    token: typedFile ? null : given('token'),
    tokenFile: given('tokenFile'),
    adminToken: process.env['BELFRY_ADMIN_TOKEN'] || null,
  };
}

/** The options by which a command finds its instance; null is not given. */
export interface ConnectionOptions {
  readonly dataDir: string;
  readonly url: string | null;
  readonly token: string | null;
  readonly tokenFile: string | null;
  /** The token that a server in the same environment was started with. */
  readonly adminToken: string | null;
}

export interface Connection {
  readonly url: string;
  readonly token: string;
}

/**
 * Returns the address and the token. Without `url` it is the instance of the data directory, with the token
 * that is kept there for its owner. That token is sent to no other address: whoever listens there
 * would have every right on this instance.
 */
export function connectionOf(messages: Messages, options: ConnectionOptions): Result<Connection> {
  const { dataDir } = options;
  const localUrl = runningUrl(dataDir);
  const url = options.url ?? localUrl;
  if (url === null) {
    return fail('unavailable', messages.text('cli.connection.notRunning', { dataDir }));
  }
  const address = addressOf(url);
  if (address === null) {
    return fail('invalid_input', messages.text('cli.connection.badUrl', { url }));
  }
  const token = tokenOf(messages, options, isSameAddress(url, localUrl));
  if (!token.ok) return token;
  if (!/^[\x21-\x7e]+$/.test(token.value)) {
    return fail('invalid_input', messages.text('cli.connection.badToken'));
  }
  return ok({ url: address, token: token.value });
}

/** Returns true if both lead to the same place; false for null, and for what is no address. */
export function isSameAddress(url: string, other: string | null): boolean {
  const address = addressOf(url);
  return address !== null && other !== null && address === addressOf(other);
}

function addressOf(url: string): string | null {
  const parsed = URL.parse(url);
  if (parsed === null || !/^https?:$/.test(parsed.protocol)) return null;
  return (parsed.origin + parsed.pathname).replace(/\/+$/, '');
}

function tokenOf(messages: Messages, options: ConnectionOptions, isLocal: boolean): Result<string> {
  const { dataDir, tokenFile } = options;
  if (options.token !== null) return ok(options.token);
  if (tokenFile !== null) {
    const token = existsSync(tokenFile) ? readFileSync(tokenFile, 'utf8').trim() : '';
    if (token !== '') return ok(token);
    const problem = messages.text('cli.connection.noTokenInFile', { path: tokenFile });
    return fail('invalid_input', problem);
  }
  if (!isLocal) {
    return fail('unauthenticated', messages.text('cli.connection.needsToken'));
  }
  const local = options.adminToken ?? readAdminToken(dataDir);
  if (local !== null) return ok(local);
  return fail('unauthenticated', messages.text('cli.connection.noAdminToken', { dataDir }));
}
