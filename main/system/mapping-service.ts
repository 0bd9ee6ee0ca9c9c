import type { Clock } from '../base/clock.ts';
import { errorText, type Logger } from '../base/logger.ts';
import { LIMITS } from '../contract/limits.ts';
import type { MappedWebhook, Preview } from '../contract/mapped-webhook.ts';
import type { Output, ParsedInput } from '../contract/methods.ts';
import { fail, ok, type Result } from '../contract/result.ts';
import { boundedLog } from '../domain/bounded-text.ts';
import { parseJson } from '../domain/json-text.ts';
import type { Mappings } from '../ingest/mapped.ts';
import { compileMapping, type CompiledMapping } from '../ingest/mapping.ts';
import { redactedText } from '../base/credentials.ts';
import type { AuditTable } from '../store/audit-table.ts';
import type { MappedWebhookRow, MappedWebhookTable } from '../store/rule-tables.ts';
import type { Unit } from '../store/unit.ts';
import type { Writer } from '../store/writer.ts';

export interface MappingServiceDeps {
  readonly mappedWebhooks: MappedWebhookTable;
  readonly audit: AuditTable;
  readonly writer: Writer;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly newId: () => string;
}

interface Entry {
  readonly row: MappedWebhookRow;
  /** A stored mapping that no longer compiles says so at every body, and stands to be mended. */
  readonly compiled: Result<CompiledMapping>;
}

const SAMPLE_CHARS_MAX = 16_384;
/** A sample is for a person's eyes, so a busy sender costs at most this many writes. */
const SAMPLE_EVERY_MS = 5_000;

/** Mapped webhooks, compiled and kept in memory as the database has them, and every change to them. */
export class MappingService implements Mappings {
  readonly #deps: MappingServiceDeps;
  readonly #sampledAt = new Map<string, number>();
  #entries: readonly Entry[];

  constructor(deps: MappingServiceDeps) {
    this.#deps = deps;
    this.#entries = this.#read();
  }

  bySlug(slug: string): CompiledMapping | null {
    const entry = this.#entries.find(({ row }) => row.slug === slug);
    if (!entry) return null;
    const { compiled } = entry;
    return compiled.ok ? compiled.value : { read: () => Promise.resolve(compiled) };
  }

  received(slug: string, body: string): void {
    const { mappedWebhooks, writer, clock, logger } = this.#deps;
    const id = this.#entries.find(({ row }) => row.slug === slug)?.row.id;
    const at = clock.now();
    if (id === undefined) return;
    const last = this.#sampledAt.get(id);
    if (last !== undefined && Math.abs(at - last) < SAMPLE_EVERY_MS) return;
    this.#sampledAt.set(id, at);
    const kept = boundedLog(redactedText(body), SAMPLE_CHARS_MAX);
    writer
      .submit((unit) => {
        mappedWebhooks.putSample(id, { at, body: kept });
        unit.changed({ entity: 'mappings' });
      })
      .catch((error: unknown) => {
        this.#sampledAt.delete(id);
        logger.log('warn', 'A sample could not be kept', { error: errorText(error) });
      });
  }

  /** By name. */
  list(): MappedWebhook[] {
    return this.#entries.map(({ row }) => this.#shown(row));
  }

  sample(id: string): Result<Output<'mappedWebhooks.sample'>> {
    const sample = this.#deps.mappedWebhooks.sample(id);
    return sample ? ok(sample) : fail('not_found', 'Nothing has come in for it yet.');
  }

  /** Tries a mapping on a body; nothing is stored. */
  async preview({
    mapping,
    body,
  }: ParsedInput<'mappedWebhooks.preview'>): Promise<Result<Preview>> {
    const compiled = compileMapping(mapping);
    if (!compiled.ok) return compiled;
    const parsed = parseJson(body);
    if (!parsed.ok) return ok({ events: [], problems: [parsed.error.message] });
    const reading = await compiled.value.read(parsed.value, { source: 'preview' });
    if (!reading.ok) return ok({ events: [], problems: [reading.error.message] });
    const { events, problems } = reading.value;
    return ok({
      events: events.map(
        ({ source: _s, annotations: _a, occurredAt: _o, endsAt: _e, ...event }) => ({
          ...event,
          labels: { ...event.labels },
        }),
      ),
      problems: [...problems],
    });
  }

  create(
    input: ParsedInput<'mappedWebhooks.create'>,
    actor: string,
  ): Promise<Result<MappedWebhook>> {
    return this.#deps.writer.submit((unit) => this.createIn(unit, input, actor));
  }

  update(
    input: ParsedInput<'mappedWebhooks.update'>,
    actor: string,
  ): Promise<Result<MappedWebhook>> {
    return this.#deps.writer.submit((unit) => this.updateIn(unit, input, actor));
  }

  delete(id: string, actor: string): Promise<Result<{ status: 'deleted' }>> {
    return this.#deps.writer.submit((unit) => this.deleteIn(unit, id, actor));
  }

  /** As `create`, in the caller's transaction; the same goes for the two below. */
  createIn(
    unit: Unit,
    input: ParsedInput<'mappedWebhooks.create'>,
    actor: string,
  ): Result<MappedWebhook> {
    if (this.#entries.length >= LIMITS.mappedWebhooksMax) {
      const most = `At most ${LIMITS.mappedWebhooksMax} mapped webhooks`;
      return fail('invalid_input', `${most}; delete one first.`);
    }
    const now = this.#deps.clock.now();
    const row = { ...input, id: this.#deps.newId(), createdAt: now, updatedAt: now };
    return this.#save(unit, row, actor, 'mapped_webhook.create');
  }

  updateIn(
    unit: Unit,
    input: ParsedInput<'mappedWebhooks.update'>,
    actor: string,
  ): Result<MappedWebhook> {
    const before = this.#entries.find(({ row }) => row.id === input.id)?.row;
    if (!before) return noSuchWebhook();
    const row = { ...input, createdAt: before.createdAt, updatedAt: this.#deps.clock.now() };
    return this.#save(unit, row, actor, 'mapped_webhook.update');
  }

  deleteIn(unit: Unit, id: string, actor: string): Result<{ status: 'deleted' }> {
    const row = this.#entries.find((entry) => entry.row.id === id)?.row;
    if (!row || !this.#deps.mappedWebhooks.delete(id)) return noSuchWebhook();
    this.#changed(unit, row, actor, 'mapped_webhook.delete', this.#deps.clock.now());
    return ok({ status: 'deleted' });
  }

  #save(unit: Unit, row: MappedWebhookRow, actor: string, action: string): Result<MappedWebhook> {
    const others = this.#entries.filter((entry) => entry.row.id !== row.id);
    if (others.some((other) => other.row.name === row.name)) {
      return fail('name_taken', `name: another mapped webhook is already called "${row.name}".`);
    }
    if (others.some((other) => other.row.slug === row.slug)) {
      return fail('invalid_input', `slug: another mapped webhook has the address "${row.slug}".`);
    }
    const compiled = compileMapping(row.mapping);
    if (!compiled.ok) return compiled;
    this.#deps.mappedWebhooks.put(row);
    this.#changed(unit, row, actor, action, row.updatedAt);
    return ok(this.#shown(row));
  }

  #changed(unit: Unit, row: MappedWebhookRow, actor: string, action: string, at: number): void {
    const detail = `${row.name} (${row.slug})`;
    this.#deps.audit.append({ at, actor, action, subject: row.id, detail });
    const before = this.#entries;
    unit.onUndone(() => {
      this.#entries = before;
    });
    this.#entries = this.#read();
    unit.changed({ entity: 'mappings' });
  }

  #read(): Entry[] {
    const rows = this.#deps.mappedWebhooks.all();
    return rows.map((row) => ({ row, compiled: compileMapping(row.mapping) }));
  }

  #shown(row: MappedWebhookRow): MappedWebhook {
    const sample = this.#deps.mappedWebhooks.sample(row.id);
    return { ...row, lastReceivedAt: sample?.at ?? null };
  }
}

const noSuchWebhook = (): Result<never> =>
  fail('not_found', 'There is no mapped webhook with this id.');
