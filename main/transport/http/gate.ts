import type { IncomingHttpHeaders } from 'node:http';
import { tokenIn } from '../../base/authorization.ts';
import type { Failure, Result } from '../../contract/result.ts';
import { fail, ok } from '../../contract/result.ts';
import type { Caller } from '../../domain/caller.ts';
import { ADMIN_TOKEN_ACTOR, type Auth } from '../auth.ts';
import type { FailureLimit } from './failure-limit.ts';
import { isTokenShaped } from '../secret.ts';
import { originIsOurs, type HostPolicy } from './host-policy.ts';
import { readCookie } from './session-cookie.ts';

export interface GateDeps {
  readonly hosts: HostPolicy;
  readonly auth: Auth;
  readonly failures: FailureLimit;
  readonly cookieName: string;
}

/** Which credentials a route takes. A cookie comes along unasked, so ingest routes never take it. */
export interface Accepted {
  readonly cookie: boolean;
  /** Basic authentication whose password is a token, for senders that know nothing else. */
  readonly basic: boolean;
}

const UNKNOWN = fail('unauthenticated', 'This token or session is unknown, revoked or too old.');
const SEND_A_TOKEN = 'Send a token as "Authorization: Bearer …".';
const TOO_MANY = 'Too many failed sign-ins from this address. Wait a minute.';

/** What a request is known by before anybody looks at its credentials. */
export interface Standing {
  /** A secret in the address or in a header of its own proves as much as a token does. */
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
      return {
        code: 'forbidden',
        message:
          'This request comes from a page of another origin, which may not use Belfry. A proxy in front of it must pass on the Host header.',
      };
    }
    const proven = carriesSecret || authorization !== undefined;
    if (proven || this.#deps.hosts.allows(host)) return null;
    return {
      code: 'misdirected',
      message:
        'Belfry does not answer to the name in the Host header. If it should, start it with --allowed-host NAME.',
    };
  }

  /** Who sent this. An Authorization header, even a bad one, keeps the cookie from being looked at. */
  authenticate(
    headers: IncomingHttpHeaders,
    remoteAddress: string,
    accepted: Accepted,
  ): Result<Caller> {
    const { auth, cookieName } = this.#deps;
    if (headers.authorization !== undefined) {
      const secret = tokenIn(headers.authorization, accepted.basic);
      if (secret === null) return fail('unauthenticated', SEND_A_TOKEN);
      const caller = auth.byToken(secret);
      // A revoked token in a forgotten script is no guess, and must not lock its neighbours out.
      if (caller === null && isTokenShaped(secret)) return UNKNOWN;
      return this.#judge(caller, remoteAddress);
    }
    const session = accepted.cookie ? readCookie(headers.cookie, cookieName) : null;
    if (session === null) {
      return fail(
        'unauthenticated',
        accepted.cookie ? 'Sign in, or send a token as "Authorization: Bearer …".' : SEND_A_TOKEN,
      );
    }
    return this.#judge(auth.bySession(session), remoteAddress);
  }

  /** Spends a sign-in code for a session. */
  async redeem(
    code: string,
    remoteAddress: string,
  ): Promise<Result<{ readonly session: string; readonly expiresAt: number }>> {
    const { auth, failures } = this.#deps;
    if (failures.blocked(remoteAddress)) return fail('too_many_requests', TOO_MANY);
    const session = await auth.redeem(code);
    if (session) return ok(session);
    failures.failed(remoteAddress);
    return fail(
      'unauthenticated',
      'This sign-in link was used before or is too old. Make a new one with "npm run login".',
    );
  }

  /**
   * Random tokens and sessions pass even while their address is blocked: they cannot be guessed, and a
   * broken sender must not silence its neighbours behind one proxy. The admin token may be a person's
   * choice, so guesses at it are what the block is for.
   */
  #judge(caller: Caller | null, remoteAddress: string): Result<Caller> {
    const { failures } = this.#deps;
    if (caller !== null && caller.actor !== ADMIN_TOKEN_ACTOR) return ok(caller);
    if (failures.blocked(remoteAddress)) return fail('too_many_requests', TOO_MANY);
    if (caller !== null) return ok(caller);
    failures.failed(remoteAddress);
    return UNKNOWN;
  }
}
