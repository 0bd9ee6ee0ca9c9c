import { isInside } from '../../base/networks.ts';
import type { Settings } from '../../contract/settings.ts';
import type { Result } from '../../contract/result.ts';
import type { Caller } from '../../domain/caller.ts';
import { readSuffix, type Ping } from '../../domain/heartbeat-ping.ts';
import { grants } from '../dispatch.ts';
import type { CredentialKind, FailureLimit } from '../http/failure-limit.ts';
import type { Gate } from '../http/gate.ts';
import type { PingPort } from '../http/ping-routes.ts';
import { REPLIES, type MailReply } from './mail-replies.ts';

export interface MailAccessDeps {
  readonly gate: Gate;
  readonly failures: FailureLimit;
  readonly pings: Pick<PingPort, 'knows'>;
  /** The settings as they are now. */
  readonly options: () => Settings['mail'];
}

/** A client and what is known of it. */
export interface MailClient {
  readonly address: string;
  /** The password with which it has signed in; null for a client that has not. */
  readonly password: string | null;
  /** The envelope's sender; '' for a bounce. */
  readonly sender: string;
}

/** The part of a ping that its recipient decides; the rest is up to the mail. */
export type PingAction = Pick<Ping, 'action' | 'exitStatus'>;

/** The place to which a recipient leads. `secret` is the credential that the recipient holds, or null. */
export type Destination =
  | { readonly kind: 'alerts'; readonly caller: Caller; readonly secret: string | null }
  | {
      readonly kind: 'ping';
      readonly pingId: string;
      /** Null lets the subject decide. */
      readonly action: PingAction | null;
      readonly secret: string;
    };

type Granted =
  | { readonly ok: true; readonly to: Destination }
  | { readonly ok: false; readonly reply: MailReply };

const PING = /^([\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12})(?:\+([a-z\d]{1,10}))?$/i;

/** Long enough for a secret that a person chose; names of mailboxes are shorter. */
const SECRET_CHARS_MIN = 16;

const NETWORK: Caller = { actor: 'mail network', scope: 'ingest', source: null };

const refused = (reply: MailReply): Granted => ({ ok: false, reply });

/** Decides whose mail is taken. Nothing is ever sent on, so a recipient only says as whom a mail is stored. */
export class MailAccess {
  readonly #deps: MailAccessDeps;

  constructor(deps: MailAccessDeps) {
    this.#deps = deps;
  }

  /** Returns the caller behind a password; the user name says nothing. */
  signIn(password: string, address: string): Caller | MailReply {
    const known = this.#known(password, 'mail password', address);
    if (!known.ok) return replyOf(known, REPLIES.wrongPassword);
    return grants(known.value.scope, 'ingest') ? known.value : REPLIES.outOfScope;
  }

  /** Returns the destination of a recipient for a client. */
  async destination(recipient: string, client: MailClient): Promise<Granted> {
    const [local = ''] = recipient.split('@', 1);
    const ping = PING.exec(local);
    if (ping) {
      const found = await this.#ping(ping[1] ?? '', ping[2]);
      if (found) return found;
    }
    const { password, address } = client;
    if (password !== null) return this.#byPassword(password, address);
    const byRecipient = this.#byRecipient(local, address);
    if (byRecipient?.ok) return byRecipient;
    if (this.#isAllowed(client)) {
      return { ok: true, to: { kind: 'alerts', caller: NETWORK, secret: null } };
    }
    if (byRecipient) return byRecipient;
    if (ping) return refused(this.#failed('ping address', address, REPLIES.noHeartbeat));
    return refused(REPLIES.noRelay);
  }

  async #ping(id: string, suffix: string | undefined): Promise<Granted | null> {
    const action = suffix === undefined ? null : readSuffix(suffix.toLowerCase());
    if (suffix !== undefined && action === null) return null;
    const pingId = id.toLowerCase();
    if (!(await this.#deps.pings.knows({ pingId }))) return null;
    return { ok: true, to: { kind: 'ping', pingId, action, secret: id } };
  }

  /** A conversation may last longer than its token. */
  #byPassword(password: string, address: string): Granted {
    const caller = this.signIn(password, address);
    if ('code' in caller) return refused(REPLIES.signedOut);
    return { ok: true, to: { kind: 'alerts', caller, secret: password } };
  }

  /** Returns null for a recipient that holds no credential. */
  #byRecipient(local: string, address: string): Granted | null {
    const [secret = ''] = local.split('+', 1);
    if (secret.length < SECRET_CHARS_MIN || PING.test(local)) return null;
    const known = this.#known(secret, 'mail recipient', address);
    if (!known.ok) return refused(replyOf(known, REPLIES.noRelay));
    if (!grants(known.value.scope, 'ingest')) return refused(REPLIES.recipientOutOfScope);
    return { ok: true, to: { kind: 'alerts', caller: known.value, secret } };
  }

  #known(secret: string, kind: CredentialKind, address: string): Result<Caller> {
    return this.#deps.gate.authenticateToken(secret, kind, address);
  }

  #failed(kind: CredentialKind, address: string, reply: MailReply): MailReply {
    return this.#deps.failures.failed(kind, address) ? REPLIES.tooManyFailures : reply;
  }

  #isAllowed({ address, sender }: MailClient): boolean {
    const { networks, senders } = this.#deps.options();
    if (!isInside(networks, address)) return false;
    return senders.length === 0 || senders.some((allowed) => isFrom(allowed, sender));
  }
}

const replyOf = (
  failure: Result<never> & { readonly ok: false },
  otherwise: MailReply,
): MailReply => (failure.error.code === 'too_many_requests' ? REPLIES.tooManyFailures : otherwise);

/** Returns true for a sender of that address or domain. */
function isFrom(allowed: string, sender: string): boolean {
  const [name, address] = [allowed.toLowerCase(), sender.toLowerCase()];
  return name.includes('@') ? address === name : address.endsWith(`@${name}`);
}
