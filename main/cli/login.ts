import type { Clock } from '../base/clock.ts';
import type { Messages } from '../messages/messages.ts';
import { fail, type Result } from '../contract/result.ts';
import type { Output } from '../contract/methods.ts';
import { readAdminToken } from '../system/access/admin-token.ts';
import { HttpClient } from './api-client.ts';
import { runningUrl } from './server-file.ts';

export interface LoginOptions {
  readonly dataDir: string;
  /** Null takes the address from the data directory's file. */
  readonly url: string | null;
  /** Null takes the one in the data directory's file. */
  readonly adminToken: string | null;
  readonly clock: Clock;
  readonly messages: Messages;
}

/** Requests a new sign-in link of the running instance: single use, ten minutes. */
export async function login(options: LoginOptions): Promise<Result<Output<'session.link'>>> {
  const { dataDir, clock, messages } = options;
  const url = options.url ?? runningUrl(dataDir);
  if (url === null) {
    return fail('unavailable', messages.text('cli.login.notRunning', { dataDir }));
  }
  const token = options.adminToken ?? readAdminToken(dataDir);
  if (token === null) {
    return fail('unauthenticated', messages.text('cli.login.noToken', { dataDir }));
  }
  return new HttpClient(url.replace(/\/+$/, ''), token, clock, messages).call('session.link', {});
}
