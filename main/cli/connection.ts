import { existsSync, readFileSync } from 'node:fs';
import { fail, ok, type Result } from '../contract/result.ts';
import { readAdminToken } from '../transport/admin-token.ts';
import { runningUrl } from './server-file.ts';

/** How a command finds its instance; null is not given. */
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
 * The address and the token. Without `url` it is the instance of the data directory, with the token
 * that is kept there for its owner. That token is sent to no other address: whoever listens there
 * would have every right on this instance.
 */
export function connectionOf(options: ConnectionOptions): Result<Connection> {
  const { dataDir } = options;
  const localUrl = runningUrl(dataDir);
  const url = options.url ?? localUrl;
  if (url === null) {
    return fail(
      'unavailable',
      `No Belfry is running on ${dataDir}. Start it with "belfry serve" (npm run serve), or name the running one with --data-dir (BELFRY_DATA_DIR), or with --url and --token-file (BELFRY_URL, BELFRY_TOKEN).`,
    );
  }
  const address = addressOf(url);
  if (address === null) {
    return fail('invalid_input', `--url ${url} is not an http or https address.`);
  }
  const isLocal = localUrl !== null && address === addressOf(localUrl);
  const token = tokenOf(options, isLocal);
  if (!token.ok) return token;
  if (!/^[\x21-\x7e]+$/.test(token.value)) {
    return fail('invalid_input', 'The token holds characters that no token has.');
  }
  return ok({ url: address, token: token.value });
}

function addressOf(url: string): string | null {
  const parsed = URL.parse(url);
  if (parsed === null || !/^https?:$/.test(parsed.protocol)) return null;
  return (parsed.origin + parsed.pathname).replace(/\/+$/, '');
}

function tokenOf(options: ConnectionOptions, isLocal: boolean): Result<string> {
  const { dataDir, tokenFile } = options;
  if (options.token !== null) return ok(options.token);
  if (tokenFile !== null) {
    const token = existsSync(tokenFile) ? readFileSync(tokenFile, 'utf8').trim() : '';
    if (token !== '') return ok(token);
    return fail('invalid_input', `There is no token in the file ${tokenFile}.`);
  }
  if (!isLocal) {
    return fail(
      'unauthenticated',
      'That address needs a token: name a file that holds it with --token-file, or set BELFRY_TOKEN. Tokens are made in the window under Settings → Tokens.',
    );
  }
  const local = options.adminToken ?? readAdminToken(dataDir);
  if (local !== null) return ok(local);
  return fail(
    'unauthenticated',
    `There is no admin token in ${dataDir}. Set BELFRY_ADMIN_TOKEN to the one the server was started with, or name a file that holds a token with --token-file.`,
  );
}
