import type { IncomingHttpHeaders } from 'node:http';
import { tokenIn } from '../../base/authorization.ts';
import type { Failure, Result } from '../../contract/result.ts';
import { ok } from '../../contract/result.ts';
import { failureFor, refuse } from '../../messages/failures.ts';
import type { Caller } from '../../domain/caller.ts';
import type { Authentication } from '../../system/access/token-auth.ts';
import type { CredentialKind, FailureLimit } from './failure-limit.ts';
import { isTokenShaped } from '../../system/access/secret.ts';
import { originIsOurs, type HostPolicy } from './host-policy.ts';
import { readCookie } from './session-cookie.ts';

export interface GateDeps {
  readonly hosts: HostPolicy;
  readonly auth: Authentication;
  readonly failures: FailureLimit;
  readonly cookieName: string;
}

/** The credentials that a route takes. A cookie comes along unasked, so ingest routes never take it. */
export interface Accepted {
  readonly cookie: boolean;
  /** Basic authentication whose password is a token, for senders that know nothing else. */
  readonly basic: boolean;
  /** A scheme of a wire format's own senders whose value is a token, in lower case. */
  readonly scheme?: string | undefined;
}

const UNKNOWN = refuse('unauthenticated', { code: 'error.credential_unknown', params: {} });
const SEND_A_TOKEN = refuse('unauthenticated', { code: 'error.send_token', params: {} });
const SIGN_IN = refuse('unauthenticated', { code: 'error.sign_in', params: {} });
const TOO_MANY = refuse('too_many_requests', { code: 'error.too_many_sign_ins', params: {} });
const READ_ONLY = refuse('forbidden', { code: 'error.display_token', params: {} });
const SPENT_CODE = refuse('unauthenticated', { code: 'error.link_spent', params: {} });

/** The facts that a request is known by before anybody looks at its credentials. */
export interface Standing {
  /** A secret in the address or in a separate header proves as much as a token does. */
  readonly carriesSecret: boolean;
  /**
   * Dashboards pass on what their own pages ask for, the Origin included. Only for routes that no foreign
   * page can reach by a browser, since it asks first (preflight) and is refused: those that take JSON or
   * DELETE and no cookie.
   */
  readonly relayed: boolean;
}

/** Decides who comes in, for plain requests and for the stream alike. */
export class Gate {
  readonly #deps: GateDeps;

  constructor(deps: GateDeps) {
    this.#deps = deps;
  }

  /**
   * Refuses requests that a foreign page made a browser send. With a secret, the name in the Host header
   * does not matter.
   */
  foreign(headers: IncomingHttpHeaders, { carriesSecret, relayed }: Standing): Failure | null {
    const { origin, host, authorization } = headers;
    const mayBeForeign = relayed && authorization !== undefined;
    if (origin !== undefined && !mayBeForeign && !originIsOurs(origin, host)) {
      return failureFor('forbidden', { code: 'error.foreign_page', params: {} });
    }
    const proven = carriesSecret || authorization !== undefined;
    if (proven || this.#deps.hosts.allows(host)) return null;
    return failureFor('misdirected', { code: 'error.host_name', params: {} });
  }

  /**
   * Returns the caller. An Authorization header, even a bad one, keeps the cookie from being looked at.
   * A right credential always passes, whatever failed before it: clients behind one proxy share an
   * address, and any web page can make a browser fail here. Guessing is bounded by what failures answer.
   */
  authenticate(
    headers: IncomingHttpHeaders,
    remoteAddress: string,
    accepted: Accepted,
  ): Result<Caller> {
    const { auth, cookieName } = this.#deps;
    if (headers.authorization !== undefined) {
      const secret = tokenIn(headers.authorization, accepted.basic, accepted.scheme);
      if (secret === null) return SEND_A_TOKEN;
      const kind = isBasic(headers.authorization) ? 'basic password' : 'bearer token';
      return this.#known(auth.byToken(secret), secret, kind, remoteAddress);
    }
    const session = accepted.cookie ? readCookie(headers.cookie, cookieName) : null;
    if (session === null) return accepted.cookie ? SIGN_IN : SEND_A_TOKEN;
    return this.#known(auth.bySession(session), session, 'session cookie', remoteAddress);
  }

  /** Returns the caller behind a token that stands elsewhere: in a path, a query or an own header. */
  authenticateToken(secret: string, kind: CredentialKind, remoteAddress: string): Result<Caller> {
    if (secret === '') return SEND_A_TOKEN;
    return this.#known(this.#deps.auth.byToken(secret), secret, kind, remoteAddress);
  }

  /** Spends a sign-in code for a session. */
  async redeem(
    code: string,
    remoteAddress: string,
    userAgent: string | null,
  ): Promise<Result<{ readonly session: string; readonly expiresAt: number }>> {
    const { auth, failures } = this.#deps;
    const session = await auth.redeem(code, { address: remoteAddress, userAgent });
    if (session) return ok(session);
    return failures.failed('sign-in code', remoteAddress) ? TOO_MANY : SPENT_CODE;
  }

  /** Checks the token of a display, which must be able to read and to do nothing else. */
  display(token: string, remoteAddress: string): Result<Caller> {
    const caller = this.authenticateToken(token, 'bearer token', remoteAddress);
    return caller.ok && caller.value.scope !== 'read' ? READ_ONLY : caller;
  }

  #known(
    caller: Caller | null,
    secret: string,
    kind: CredentialKind,
    remoteAddress: string,
  ): Result<Caller> {
    if (caller !== null) return ok(caller);
    // A revoked token in a forgotten script, or an old tab's session, is no guess.
    if (isTokenShaped(secret)) return UNKNOWN;
    return this.#deps.failures.failed(kind, remoteAddress) ? TOO_MANY : UNKNOWN;
  }
}

const isBasic = (authorization: string): boolean => /^basic /i.test(authorization);
