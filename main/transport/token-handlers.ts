import type { Clock } from '../base/clock.ts';
import type { NewId } from '../base/ids.ts';
import { LIMITS } from '../contract/limits.ts';
import { fail, ok } from '../contract/result.ts';
import type { AuditTrail, TokenRecords, Writes } from '../system/access/auth-records.ts';
import type { Handlers } from './dispatch.ts';
import { newToken, secretHash } from '../system/access/secret.ts';
import type { TokenAuth } from '../system/access/token-auth.ts';

export interface TokenHandlersDeps {
  readonly tokens: TokenRecords;
  readonly audit: AuditTrail;
  readonly writer: Writes;
  readonly auth: TokenAuth;
  readonly clock: Clock;
  readonly newId: NewId;
  /** Closes the streams whose token is no longer good. */
  readonly revoked: () => void;
  /** Where HTTP listens; null when it does not. */
  readonly url: () => string | null;
}

/** The contract's methods about who may come in. */
export function tokenHandlers(deps: TokenHandlersDeps) {
  const { tokens, audit, writer, auth, clock, newId, url, revoked } = deps;
  return {
    'tokens.list': () => ok({ items: tokens.all() }),

    'tokens.create': (input, caller) => {
      const id = newId();
      const secret = newToken();
      const at = clock.now();
      const { name, scope, source = null } = input;
      return writer.submit((unit) => {
        if (tokens.byName(name)) {
          return fail('name_taken', `name: there is already a token called "${name}"`);
        }
        if (tokens.count() >= LIMITS.tokensMax) {
          const message = `There are ${LIMITS.tokensMax} tokens already. Delete one that is not used.`;
          return fail('invalid_input', message);
        }
        tokens.insert({ id, name, scope, source, createdAt: at }, secretHash(secret));
        const reason = { code: 'audit.token_created', params: { name, scope } } as const;
        audit.append({ at, actor: caller.actor, action: 'token.create', subject: id, reason });
        unit.changed({ entity: 'token', id });
        return ok({ id, token: secret });
      });
    },

    'tokens.delete': async ({ id }, caller) => {
      const at = clock.now();
      const deleted = await writer.submit((unit) => {
        if (!tokens.delete(id)) return false;
        const reason = { code: 'audit.token_revoked', params: {} } as const;
        audit.append({ at, actor: caller.actor, action: 'token.delete', subject: id, reason });
        unit.changed({ entity: 'token', id });
        return true;
      });
      if (!deleted) return fail('not_found', 'There is no token of that id.');
      auth.invalidate();
      revoked();
      return ok({ status: 'deleted' });
    },

    'session.link': () => {
      const address = url();
      if (address === null) {
        return fail('unavailable', 'HTTP is off, so there is no page to sign in to.');
      }
      const { code, expiresAt } = auth.createCode();
      return ok({ url: `${address}/#/sign-in/${code}`, expiresAt });
    },
  } satisfies Partial<Handlers>;
}
