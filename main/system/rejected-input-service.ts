import { createHash } from 'node:crypto';
import type { Clock } from '../base/clock.ts';
import { errorText, type Logger } from '../base/logger.ts';
import type { Output, ParsedInput } from '../contract/methods.ts';
import type { Reason } from '../contract/reason.ts';
import type { RejectedInput } from '../contract/rejected-input.ts';
import { ok, type Result } from '../contract/result.ts';
import { boundedBytes, decodedText } from '../base/body-text.ts';
import type { Caller } from '../domain/caller.ts';
import type { InboundMessage } from '../domain/inbound-message.ts';
import type { ConditionEvent } from '../domain/condition-event.ts';
import type { Messages } from '../messages/messages.ts';
import type { IngestAdapter, IngestReading, IngestRequest, IngestVerb } from '../ingest/adapter.ts';
import { redactedBody, redactedHead, redactedReason } from '../ingest/request-redaction.ts';
import type { AuditTable } from '../store/audit-table.ts';
import type {
  RejectedHead,
  RejectedInputTable,
  RejectedRow,
} from '../store/rejected-input-table.ts';
import type { Unit } from '../store/unit.ts';
import type { Writer } from '../store/writer.ts';
import { inEnglish, reasonsOf, refuse } from '../messages/failures.ts';

export interface RejectedInputServiceDeps {
  readonly rejected: RejectedInputTable;
  readonly audit: AuditTable;
  readonly writer: Writer;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly newId: () => string;
  readonly adapters: readonly Pick<IngestAdapter, 'name' | 'read'>[];
  /** Takes all of it as part of the caller's transaction. */
  readonly take: (
    unit: Unit,
    events: readonly ConditionEvent[],
    messages: readonly InboundMessage[],
  ) => unknown;
  readonly resolveTimeoutMs: () => number;
  readonly messages: () => Messages;
}

/** Something that came in and could not be read, or not all of it. */
export interface Rejection {
  readonly adapter: string;
  readonly request: IngestRequest;
  readonly caller: Caller;
  readonly source: string;
  readonly reasons: readonly Reason[];
  /** The events of it that were good and are stored; a replay leaves them out, since they may be over by then. */
  readonly taken?: readonly ConditionEvent[];
}

/** The reading of a replay; its problems may also be those of the whole body. */
type Read = Omit<IngestReading, 'problems'> & { readonly problems: readonly Reason[] };

const KEPT_MAX = 500;
const BODY_BYTES_MAX = 16_384;
const REASONS_MAX = 20;
/** A sender that sends nothing but rubbish must not keep the disk busy with it. */
const WAITING_MAX = 20;

/**
 * The inputs that known senders sent and nobody could read: kept for a look and for another try,
 * bounded and without credentials.
 */
export class RejectedInputService {
  readonly #deps: RejectedInputServiceDeps;
  #waiting = 0;

  constructor(deps: RejectedInputServiceDeps) {
    this.#deps = deps;
  }

  /** Keeps it, without keeping the sender's answer; what cannot be kept is logged. */
  keep(rejection: Rejection): void {
    const { rejected, writer, logger } = this.#deps;
    if (this.#waiting >= WAITING_MAX) {
      logger.log('warn', 'Too much is rejected at once; some of it is not kept', {
        adapter: rejection.adapter,
      });
      return;
    }
    const row = this.#rowOf(rejection);
    this.#waiting++;
    writer
      .submit((unit) => {
        rejected.put(row);
        rejected.cap(KEPT_MAX);
        unit.changed({ entity: 'rejected' });
      })
      .catch((error: unknown) => {
        logger.log('warn', 'Rejected input could not be kept', { error: errorText(error) });
      })
      .finally(() => {
        this.#waiting--;
      });
  }

  #rowOf({ adapter, request, caller, source, reasons, taken }: Rejection): RejectedRow {
    const body = redactedBody(request);
    return {
      id: this.#deps.newId(),
      at: this.#deps.clock.now(),
      adapter,
      actor: caller.actor,
      source,
      reasons: reasons.slice(0, REASONS_MAX).map(redactedReason),
      head: withTaken(redactedHead(request), taken ?? []),
      body: boundedBytes(body, BODY_BYTES_MAX),
      bodyBytes: body.length,
      replayedAt: null,
      replayedBy: null,
    };
  }

  list({ cursor, limit }: ParsedInput<'rejected.list'>): Output<'rejected.list'> {
    const { rejected } = this.#deps;
    const rows = rejected.page(cursor ?? null, limit);
    const last = rows.length === limit ? rows.at(-1) : undefined;
    return { items: rows.map(toShown), nextCursor: last?.id ?? null, total: rejected.count() };
  }

  get(id: string): Result<Output<'rejected.get'>> {
    const row = this.#deps.rejected.byId(id);
    if (!row) return unknown();
    const { query, headers } = row.head;
    return ok({
      ...toShown(row),
      contentType: headers['content-type'] ?? '',
      query,
      headers,
      body: decodedText(row.body, headers['content-type']),
    });
  }

  /**
   * Reads it as if it had just come in; what is taken now is marked, and stays until it is deleted. Both
   * are one transaction, so that neither a crash nor a second press takes it twice.
   */
  async replay(id: string, actor: string): Promise<Result<Output<'rejected.replay'>>> {
    const found = this.#replayable(id);
    if (!found.ok) return found;
    const row = found.value;
    const adapter = this.#deps.adapters.find(({ name }) => name === row.adapter);
    if (!adapter) {
      const params = { adapter: row.adapter };
      return refuse('wrong_state', { code: 'error.format_gone', params });
    }
    const reading = await adapter.read(requestOf(row), this.#contextOf(row));
    const read = reading.ok ? reading.value : { events: [], problems: reasonsOf(reading.error) };
    return this.#deps.writer.submit((unit) => {
      const still = this.#replayable(id);
      return still.ok ? ok(this.#taken(unit, still.value, read, actor)) : still;
    });
  }

  #replayable(id: string): Result<RejectedRow> {
    const row = this.#deps.rejected.byId(id);
    if (!row) return unknown();
    if (row.replayedAt !== null) {
      return refuse('wrong_state', { code: 'error.replayed', params: {} });
    }
    if (isComplete(row)) return ok(row);
    const params = { max: BODY_BYTES_MAX };
    return refuse('wrong_state', { code: 'error.incomplete', params });
  }

  #contextOf({ source }: RejectedRow) {
    const { clock, resolveTimeoutMs, messages } = this.#deps;
    return {
      now: clock.now(),
      source,
      resolveTimeoutMs: resolveTimeoutMs(),
      messages: messages(),
    };
  }

  #taken(
    unit: Unit,
    { id, adapter, head }: RejectedRow,
    { events, messages = [], problems }: Read,
    actor: string,
  ): Output<'rejected.replay'> {
    const { take, rejected, audit, clock } = this.#deps;
    const at = clock.now();
    const fresh = events.filter((event) => !head.taken?.includes(digestOf(event)));
    const accepted = fresh.length + messages.length;
    if (accepted > 0) take(unit, fresh, messages);
    if (problems.length === 0) rejected.replayed(id, at, actor);
    else rejected.setHead(id, withTaken(head, fresh));
    const reason = { code: 'audit.replayed', params: { adapter, count: accepted } } as const;
    audit.append({ at, actor, action: 'rejected.replay', subject: id, reason });
    unit.changed({ entity: 'rejected' });
    return { accepted, problems: problems.map(inEnglish), reasons: [...problems] };
  }

  delete(id: string, actor: string): Promise<Result<{ status: 'deleted' }>> {
    const { rejected, audit, writer, clock } = this.#deps;
    return writer.submit((unit) => {
      if (!rejected.delete(id)) return unknown();
      audit.append({
        at: clock.now(),
        actor,
        action: 'rejected.delete',
        subject: id,
        reason: { code: 'audit.rejected_deleted', params: { count: 1 } },
      });
      unit.changed({ entity: 'rejected' });
      return ok({ status: 'deleted' });
    });
  }

  clear(actor: string): Promise<Result<{ deleted: number }>> {
    const { rejected, audit, writer, clock } = this.#deps;
    return writer.submit((unit) => {
      const deleted = rejected.clear();
      audit.append({
        at: clock.now(),
        actor,
        action: 'rejected.clear',
        subject: 'rejected',
        reason: { code: 'audit.rejected_deleted', params: { count: deleted } },
      });
      unit.changed({ entity: 'rejected' });
      return ok({ deleted });
    });
  }
}

const unknown = (): Result<never> =>
  refuse('not_found', { code: 'error.rejected_unknown', params: {} });

/** Tells the reports of one body apart. */
const digestOf = ({ source, host, kind, dedupKey, status }: ConditionEvent): string =>
  createHash('sha256')
    .update(JSON.stringify([source, host, kind, dedupKey, status]))
    .digest('base64url')
    .slice(0, 16);

const withTaken = (head: RejectedHead, events: readonly ConditionEvent[]): RejectedHead =>
  events.length === 0
    ? head
    : { ...head, taken: [...new Set([...(head.taken ?? []), ...events.map(digestOf)])] };

const isComplete = ({ body, bodyBytes }: RejectedRow): boolean => body.length === bodyBytes;

const toShown = (row: RejectedRow): RejectedInput => ({
  id: row.id,
  at: row.at,
  adapter: row.adapter,
  address: `${row.head.verb} ${addressOf(row)}`,
  actor: row.actor,
  reason: row.reasons.map(inEnglish).join('; '),
  reasons: row.reasons,
  bodyBytes: row.bodyBytes,
  complete: isComplete(row),
  replayedAt: row.replayedAt,
});

/** The path with the parts that the sender chose, in place of the rules for them; one that was a credential keeps its name. */
const addressOf = ({ head }: RejectedRow): string =>
  head.path.replaceAll(
    /:(\w+)(?:\([^)]*\))?/g,
    (_part, name: string) => head.params[name] ?? `:${name}`,
  );

const requestOf = ({ head, body }: RejectedRow): IngestRequest => ({
  ...head,
  verb: head.verb as IngestVerb,
  raw: body,
});
