import { redactedText } from '../base/credentials.ts';
import { errorText, type Logger } from '../base/logger.ts';
import { Collection, type CollectionDeps } from '../collections/collection.ts';
import { Mirror } from '../collections/mirror.ts';
import { LIMITS } from '../contract/limits.ts';
import type { MappedWebhook, Preview } from '../contract/mapped-webhook.ts';
import type { Output, ParsedInput } from '../contract/methods.ts';
import { ok, type Failure, type Result } from '../contract/result.ts';
import { boundedLog } from '../domain/bounded-text.ts';
import { parseJson } from '../domain/json-text.ts';
import { compileMapping, type CompiledMapping, type Mappings } from '../ingest/mapped-adapter.ts';
import type { MappedWebhookRow, MappedWebhookTable } from '../store/rule-tables.ts';
import { previewedEventOf } from './previewed-event.ts';
import { inEnglish, reasonsOf, refuse, refuseField } from '../messages/failures.ts';

export interface MappingServiceDeps extends CollectionDeps {
  readonly rows: MappedWebhookTable;
  readonly logger: Logger;
}

interface Entry {
  readonly row: MappedWebhookRow;
  /** A stored mapping that no longer compiles says so at every body, and stays until it is fixed. */
  readonly compiled: Result<CompiledMapping>;
}

const refusedPreview = (failure: Failure): Preview => ({
  events: [],
  problems: [failure.message],
  reasons: reasonsOf(failure),
});

const SAMPLE_CHARS_MAX = 16_384;
/** A sample is for a person's eyes, so a busy sender costs at most this many writes. */
const SAMPLE_EVERY_MS = 5_000;

/** Mapped webhooks, compiled and kept in memory. */
export class MappingService implements Mappings {
  readonly collection;
  readonly #deps: MappingServiceDeps;
  readonly #sampledAt = new Map<string, number>();
  readonly #entries;

  constructor(deps: MappingServiceDeps) {
    const { rows } = deps;
    this.#deps = deps;
    this.#entries = new Mirror<readonly Entry[]>(() =>
      rows.all().map((row) => ({ row, compiled: compileMapping(row.mapping) })),
    );
    this.collection = new Collection<
      MappedWebhookRow,
      ParsedInput<'mappedWebhooks.create'>,
      ParsedInput<'mappedWebhooks.update'>,
      MappedWebhook
    >(deps, {
      rows,
      audit: 'mapped_webhook',
      max: LIMITS.mappedWebhooksMax,
      uniqueNames: true,
      reason: ({ name, slug }) => ({ code: 'audit.webhook', params: { name, slug } }),
      show: (shown) =>
        shown.map((row) => ({ ...row, lastReceivedAt: rows.sample(row.id)?.at ?? null })),
      problem: (row) => this.#problem(row),
      changed: ({ unit }) => {
        this.#entries.reload(unit);
        unit.changed({ entity: 'mappings' });
      },
    });
  }

  bySlug(slug: string): CompiledMapping | null {
    const entry = this.#entries.value.find(({ row }) => row.slug === slug);
    if (!entry) return null;
    const { compiled } = entry;
    return compiled.ok ? compiled.value : { read: () => Promise.resolve(compiled) };
  }

  received(slug: string, body: string): void {
    const { rows, writer, clock, logger } = this.#deps;
    const id = this.#entries.value.find(({ row }) => row.slug === slug)?.row.id;
    const at = clock.now();
    if (id === undefined) return;
    const last = this.#sampledAt.get(id);
    if (last !== undefined && Math.abs(at - last) < SAMPLE_EVERY_MS) return;
    this.#sampledAt.set(id, at);
    const kept = boundedLog(redactedText(body), SAMPLE_CHARS_MAX);
    writer
      .submit((unit) => {
        rows.putSample(id, { at, body: kept });
        unit.changed({ entity: 'mappings' });
      })
      .catch((error: unknown) => {
        this.#sampledAt.delete(id);
        logger.log('warn', 'A sample could not be kept', { error: errorText(error) });
      });
  }

  sample(id: string): Result<Output<'mappedWebhooks.sample'>> {
    const sample = this.#deps.rows.sample(id);
    return sample ? ok(sample) : refuse('not_found', { code: 'error.no_sample', params: {} });
  }

  /** Tries a mapping on a body; nothing is stored. */
  async preview({
    mapping,
    body,
  }: ParsedInput<'mappedWebhooks.preview'>): Promise<Result<Preview>> {
    const compiled = compileMapping(mapping);
    if (!compiled.ok) return compiled;
    const parsed = parseJson(body);
    if (!parsed.ok) return ok(refusedPreview(parsed.error));
    const reading = await compiled.value.read(parsed.value, { source: 'preview' });
    if (!reading.ok) return ok(refusedPreview(reading.error));
    const { events, problems } = reading.value;
    return ok({
      events: events.map(previewedEventOf),
      problems: problems.map(inEnglish),
      reasons: [...problems],
    });
  }

  #problem({ id, slug, mapping }: MappedWebhookRow): Result<never> | null {
    const taken = this.#entries.value.some(({ row }) => row.id !== id && row.slug === slug);
    if (taken) {
      const reason = { code: 'issue.webhook_slug_taken', params: { slug } } as const;
      return refuseField('invalid_input', 'slug', reason);
    }
    const compiled = compileMapping(mapping);
    return compiled.ok ? null : compiled;
  }
}
