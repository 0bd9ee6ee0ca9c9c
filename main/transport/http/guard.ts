import type {
  FastifyReply,
  FastifyRequest,
  onRequestHookHandler,
  preHandlerHookHandler,
} from 'fastify';
import { assert } from '../../base/assert.ts';
import type { Failure } from '../../contract/result.ts';
import type { TokenScope } from '../../contract/system.ts';
import { failureFor } from '../../messages/failures.ts';
import type { Caller } from '../../domain/caller.ts';
import { grants, outOfScope } from '../dispatch.ts';
import { sendFailure } from './failure.ts';
import type { Accepted, Gate } from './gate.ts';
import type { IngestGauge } from './ingest-gauge.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The caller who sent it; null on open routes. */
    caller: Caller | null;
  }
}

/** How a route answers a failure: ours, or the wire format's own. */
export type Refuse = (reply: FastifyReply, failure: Failure) => FastifyReply;

export interface AcceptedHere extends Accepted {
  /** The token where a route's own senders put it, for requests without an Authorization header. */
  readonly token?: (request: FastifyRequest) => string | null;
  /** True if the token may stand in the body: `identified` looks there when it stands nowhere else. */
  readonly inBody?: boolean;
}

/** The guards of a route say whom they let in, so that a mounted route can be asked. */
export type CredentialGuard = onRequestHookHandler & { readonly accepted: AcceptedHere };
export type ScopeGuard = onRequestHookHandler & { readonly needed: TokenScope };

/** Authenticates before the body is read, so that strangers cannot make us read one. */
export function authenticated(
  gate: Gate,
  accepted: AcceptedHere,
  refuse: Refuse = sendFailure,
): CredentialGuard {
  const guard: onRequestHookHandler = (request, reply, done) => {
    const elsewhere = accepted.token?.(request) ?? null;
    const isBare = request.headers.authorization === undefined && elsewhere === null;
    if (isBare && accepted.inBody === true) {
      done();
      return;
    }
    const result =
      request.headers.authorization === undefined && elsewhere !== null
        ? gate.authenticateToken(elsewhere, 'sender key', request.ip)
        : gate.authenticate(request.headers, request.ip, accepted);
    if (!result.ok) {
      refuse(reply, result.error);
      return;
    }
    request.caller = result.value;
    done();
  };
  return Object.assign(guard, { accepted });
}

/**
 * Only callers whose scope covers `needed`; checked before their body is read. With `inBody`, those whose
 * token is still to come are left to `identified`.
 */
export function scoped(
  needed: TokenScope,
  refuse: Refuse = sendFailure,
  inBody = false,
): ScopeGuard {
  const guard: onRequestHookHandler = (request, reply, done) => {
    if (inBody && request.caller === null) {
      done();
      return;
    }
    const held = callerOf(request).scope;
    if (grants(held, needed)) {
      done();
      return;
    }
    refuse(reply, outOfScope(needed, held));
  };
  return Object.assign(guard, { needed });
}

/** Takes a place in the gauge, once the body is read, until the answer is out or the sender is gone. */
export const gauged =
  (gauge: IngestGauge, refuse: Refuse = sendFailure): preHandlerHookHandler =>
  (_request, reply, done) => {
    if (!gauge.enter()) {
      refuse(reply, failureFor('unavailable', { code: 'error.busy', params: {} }));
      return;
    }
    reply.raw.once('close', () => gauge.leave());
    done();
  };

/** The caller that `authenticated` found. */
export function callerOf(request: FastifyRequest): Caller {
  assert(request.caller !== null, 'a guarded route has a caller');
  return request.caller;
}
