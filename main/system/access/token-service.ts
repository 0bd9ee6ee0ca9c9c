import type { Clock } from '../../base/clock.ts';
import type { NewId } from '../../base/ids.ts';
import { LIMITS } from '../../contract/limits.ts';
import type { Output, ParsedInput } from '../../contract/methods.ts';
import { ok, type Result } from '../../contract/result.ts';
import type { Token } from '../../contract/system.ts';
import type { AuditTable } from '../../store/audit-table.ts';
import type { TokenTable } from '../../store/token-table.ts';
import type { Writer } from '../../store/writer.ts';
import { newToken, secretHash } from './secret.ts';
import type { TokenAuth } from './token-auth.ts';
import { refuse, refuseField } from '../../messages/failures.ts';

export interface TokenServiceDeps {
  readonly tokens: TokenTable;
  readonly audit: AuditTable;
  readonly writer: Writer;
  readonly auth: Pick<TokenAuth, 'invalidate'>;
  readonly clock: Clock;
  readonly newId: NewId;
}

/** The tokens of senders and scripts. */
export class TokenService {
  readonly #deps: TokenServiceDeps;

  constructor(deps: TokenServiceDeps) {
    this.#deps = deps;
  }

  list(): Token[] {
    return this.#deps.tokens.all();
  }

  async create(
    input: ParsedInput<'tokens.create'>,
    actor: string,
  ): Promise<Result<Output<'tokens.create'>>> {
    const { tokens, audit, writer, auth, clock, newId } = this.#deps;
    const { name, scope, source = null } = input;
    const id = newId();
    const secret = newToken();
    const at = clock.now();
    const created = await writer.submit((unit): Result<Output<'tokens.create'>> => {
      if (tokens.byName(name)) {
        const reason = { code: 'issue.token_taken', params: { name } } as const;
        return refuseField('name_taken', 'name', reason);
      }
      if (tokens.count() >= LIMITS.tokensMax) {
        const params = { max: LIMITS.tokensMax };
        return refuse('invalid_input', { code: 'error.tokens_full', params });
      }
      tokens.insert({ id, name, scope, source, createdAt: at }, secretHash(secret));
      const reason = { code: 'audit.token_created', params: { name, scope } } as const;
      audit.append({ at, actor, action: 'token.create', subject: id, reason });
      unit.changed({ entity: 'token', id });
      return ok({ id, token: secret });
    });
    if (created.ok) auth.invalidate();
    return created;
  }

  async delete(id: string, actor: string): Promise<Result<Output<'tokens.delete'>>> {
    const { tokens, audit, writer, auth, clock } = this.#deps;
    const at = clock.now();
    const deleted = await writer.submit((unit) => {
      if (!tokens.delete(id)) return false;
      const reason = { code: 'audit.token_revoked', params: {} } as const;
      audit.append({ at, actor, action: 'token.delete', subject: id, reason });
      unit.changed({ entity: 'token', id });
      return true;
    });
    if (!deleted) return refuse('not_found', { code: 'error.token_unknown', params: {} });
    auth.invalidate();
    return ok({ status: 'deleted' });
  }
}
