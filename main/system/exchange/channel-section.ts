import { isDeepStrictEqual } from 'node:util';
import type { z } from 'zod';
import type { ChannelDeletion } from '../../alerts/channel-deletion.ts';
import type { Clock } from '../../base/clock.ts';
import type { NewId } from '../../base/ids.ts';
import type { Deleted } from '../../collections/collection.ts';
import { CHANNEL_KINDS, type ChannelKind } from '../../contract/channel-kind.ts';
import type { ChannelEntry } from '../../contract/config-document.ts';
import { fieldsOf, isHidden, withoutSecrets, type Field } from '../../contract/field.ts';
import { ok, type Result } from '../../contract/result.ts';
import type { Attention } from '../../domain/channel-health.ts';
import { reasonOf } from '../../domain/issues.ts';
import { capProblem, resolveRetry, RETRY_PRESETS } from '../../domain/retry-policy.ts';
import type { ChannelService } from '../../queue/channel-service.ts';
import {
  newChannel,
  patchedChannel,
  resumedChannel,
  type ChannelFacts,
} from '../../queue/channel-change.ts';
import type { ChannelRow } from '../../store/channel-table.ts';
import type { Unit } from '../../store/unit.ts';
import { strangerIn } from './document-reader.ts';
import type { SealedSecrets, Secrets } from './sealed-secrets.ts';
import {
  byKey,
  changedSecrets,
  channelMissing,
  type EntryProblem,
  type Facts,
  type ImportContext,
  type Known,
  type Section,
  type Wanted,
  type Wish,
} from './section.ts';

export interface ChannelSectionDeps {
  readonly channels: ChannelService;
  readonly channelDeletion: Pick<ChannelDeletion, 'deleteIn'>;
  readonly clock: Clock;
  readonly newId: NewId;
}

const fieldsOfKind = (kind: ChannelKind): readonly Field[] => fieldsOf(CHANNEL_KINDS[kind].config);

const isoOf = (timestampMs: number): string => new Date(timestampMs).toISOString();

/** Returns the part of a configuration that leaves only sealed. */
const secretsOf = (kind: ChannelKind, config: Facts): Secrets =>
  Object.fromEntries(
    fieldsOfKind(kind).flatMap((field) => {
      const value = config[field.name];
      return value !== undefined && isHidden(field, value) ? [[field.name, value]] : [];
    }),
  );

/** Returns the kind that the seal of a channel's secrets is bound to. */
const sealKind = (kind: ChannelKind): string => `channels:${kind}`;

/**
 * Channels. Which fields of a configuration are secret is said by its schema and, for addresses, by what
 * they hold: those leave only sealed, and where a file lacks them a stored channel keeps its own.
 */
export class ChannelSection implements Section<ChannelEntry> {
  readonly name = 'channels';
  readonly #deps: ChannelSectionDeps;

  constructor(deps: ChannelSectionDeps) {
    this.#deps = deps;
  }

  known(): ReadonlyMap<string, Known> {
    return byKey(
      this.#deps.channels.all(),
      ({ name }) => name,
      (row) => this.#known(row),
    );
  }

  #known(row: ChannelRow): Known {
    const { channels } = this.#deps;
    const config = channels.configFields(row);
    const fallback = row.fallbackChannelId;
    return {
      id: row.id,
      facts: {
        name: row.name,
        kind: row.kind,
        enabled: row.enabled,
        paused: row.paused && { until: row.paused.until && isoOf(row.paused.until) },
        config: withoutSecrets(CHANNEL_KINDS[row.kind].config, config),
        retry: row.retry,
        rateLimit: row.rateLimit,
        fallback: fallback === null ? null : (channels.get(fallback)?.name ?? null),
        autoRequeue: row.autoRequeue,
        resolveOnlyIfDelivered: row.resolveOnlyIfDelivered,
        language: row.language,
        templates: row.templates,
      },
      secrets: secretsOf(row.kind, config),
    };
  }

  written({ id, facts, secrets }: Known, sealed: SealedSecrets | null): Facts {
    const configured = this.#deps.channels.get(id)?.configured ?? [];
    const leaving = sealed ? Object.keys(secrets) : [];
    const kind = facts['kind'] as ChannelKind;
    const shown = facts['config'] as Facts;
    const withheld = fieldsOfKind(kind)
      .filter(
        ({ name, required, secret }) => (required && secret === true) || configured.includes(name),
      )
      .map(({ name }) => name)
      .filter((name) => shown[name] === undefined && !leaving.includes(name));
    return {
      ...facts,
      ...(sealed && leaving.length > 0 && { secrets: sealed.seal(secrets, sealKind(kind)) }),
      ...(withheld.length > 0 && { withheld }),
    };
  }

  keyOf({ name }: ChannelEntry): readonly [field: string, key: string] {
    return ['name', name];
  }

  want(entry: ChannelEntry, known: Known | null, context: ImportContext): Wish<ChannelEntry> {
    const { sealed, channelNames } = context;
    const opened =
      sealed && entry.secrets !== undefined
        ? sealed.open(entry.secrets, sealKind(entry.kind))
        : undefined;
    if (opened === null) return changedSecrets('secrets');
    // The sealed secrets are all there are; without them the stored ones stay.
    const given = { ...(opened ?? known?.secrets), ...entry.config };
    const config = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null));
    const read = readConfig(entry, config);
    const problems = [
      ...kindProblems(entry, known),
      ...read.problems,
      ...this.#configProblems(entry.kind, read),
      ...retryProblems(entry),
      ...this.#deps.channels.templates.problems(entry.templates),
      ...fallbackProblems(entry, channelNames),
    ];
    if (problems.length > 0) return { ok: false, problems };
    const lacking = lackingOf(entry, config, known !== null);
    return {
      ok: true,
      wanted: {
        entry,
        facts: {
          name: entry.name,
          kind: entry.kind,
          enabled: entry.enabled,
          paused: this.#pauseOf(entry),
          config: withoutSecrets(CHANNEL_KINDS[entry.kind].config, read.config),
          retry: resolveRetry(entry.retry, RETRY_PRESETS.default),
          rateLimit: entry.rateLimit,
          fallback: entry.fallback,
          autoRequeue: entry.autoRequeue,
          resolveOnlyIfDelivered: entry.resolveOnlyIfDelivered,
          language: entry.language,
          templates: entry.templates,
        },
        secrets: secretsOf(entry.kind, read.config),
        notes:
          lacking.length > 0
            ? [{ code: 'note.lacks', params: lackingFields(entry.kind, lacking) } as const]
            : [],
      },
    };
  }

  put(
    unit: Unit,
    { entry, facts, secrets }: Wanted<ChannelEntry>,
    id: string | null,
    actor: string,
  ): Result<unknown> {
    const { channels, clock } = this.#deps;
    const before = id === null ? null : channels.get(id);
    const refusal = before ? null : channels.collection.full(clock.now());
    if (refusal) return refusal;
    const config = { ...(facts['config'] as Facts), ...secrets };
    const reconfigured =
      !before || !isDeepStrictEqual(config, { ...channels.configFields(before) });
    const now = clock.now();
    const patched = before
      ? patchedChannel(before, this.#patch(entry), reconfigured || !before.enabled, now)
      : this.#newChannel(entry, now);
    const row = this.#withPause(patched, entry, now);
    const lacking = lackingOf(entry, config, before !== null);
    const attention =
      lacking.length > 0 ? attentionOf(lackingFields(entry.kind, lacking), now) : row.attention;
    channels.putIn(unit, { ...row, attention }, reconfigured ? config : null, actor);
    return ok(null);
  }

  /** Returns the problems that no schema sees, if the schema itself finds nothing. */
  #configProblems(
    kind: ChannelKind,
    { config, problems }: ReturnType<typeof readConfig>,
  ): EntryProblem[] {
    if (problems.length > 0) return [];
    const found = this.#deps.channels.configProblem(kind, config);
    return found === null ? [] : [{ path: ['config', found.field], reason: found.reason }];
  }

  /** A pause that has run out by now is none. */
  #pauseOf({ paused }: ChannelEntry): { readonly until: string | null } | null {
    if (!paused || paused.until === null) return paused && { until: null };
    const until = new Date(paused.until).getTime();
    return until > this.#deps.clock.now() ? { until: isoOf(until) } : null;
  }

  #withPause<Facts extends ChannelFacts>(row: Facts, entry: ChannelEntry, now: number): Facts {
    const wanted = this.#pauseOf(entry);
    if (!wanted) return row.paused ? resumedChannel(row, now) : row;
    const until = wanted.until === null ? null : Date.parse(wanted.until);
    return { ...row, paused: { since: row.paused?.since ?? now, until } };
  }

  remove(unit: Unit, id: string, actor: string): Result<Deleted> {
    return this.#deps.channelDeletion.deleteIn(unit, id, actor);
  }

  #patch(entry: ChannelEntry) {
    const { enabled, rateLimit, fallback, autoRequeue, resolveOnlyIfDelivered } = entry;
    const { language, templates } = entry;
    const to = fallback === null ? null : this.#deps.channels.byName(fallback);
    return {
      enabled,
      rateLimit,
      autoRequeue,
      resolveOnlyIfDelivered,
      language,
      templates,
      retry: resolveRetry(entry.retry, RETRY_PRESETS.default),
      fallbackChannelId: to && to.id,
    };
  }

  #newChannel(entry: ChannelEntry, now: number): ChannelFacts {
    const { kind, name } = entry;
    const stamps = { id: this.#deps.newId(), createdAt: now, updatedAt: now };
    return newChannel({ ...this.#patch(entry), kind, name }, stamps);
  }
}

function kindProblems(entry: ChannelEntry, known: Known | null): EntryProblem[] {
  const kind = (known?.facts['kind'] ?? entry.kind) as ChannelKind;
  if (kind === entry.kind) return [];
  return [{ path: ['kind'], reason: { code: 'issue.kind_taken', params: { kind } } }];
}

function retryProblems({ retry }: ChannelEntry): EntryProblem[] {
  const problem = capProblem(resolveRetry(retry, RETRY_PRESETS.default));
  return problem === null ? [] : [{ path: ['retry', 'capMs'], reason: problem }];
}

function fallbackProblems(entry: ChannelEntry, names: ReadonlySet<string>): EntryProblem[] {
  if (entry.fallback === null || names.has(entry.fallback)) return [];
  return [channelMissing(['fallback'], entry.fallback)];
}

/** Secrets that are not there may be entered later; everything else has to be right. */
function readConfig({ kind, withheld }: ChannelEntry, config: Facts) {
  const secret = fieldsOfKind(kind).filter((field) => field.secret === true);
  const mayLack = new Set([...withheld, ...secret.map(({ name }) => name)]);
  const parsed = CHANNEL_KINDS[kind].config.safeParse(config);
  if (parsed.success) return { config: parsed.data as Facts, lacking: [], problems: [] };
  const isLacking = ({ path }: z.core.$ZodIssue): boolean =>
    path.length === 1 && mayLack.has(String(path[0])) && config[String(path[0])] === undefined;
  return {
    config,
    lacking: parsed.error.issues.filter(isLacking).map(({ path }) => String(path[0])),
    problems: parsed.error.issues
      .filter((issue) => !isLacking(issue))
      .map((issue) => ({
        path: ['config', ...issue.path],
        reason: reasonOf(issue),
        inner: strangerIn(issue),
      })),
  };
}

/** Secrets that a send would need, or that a new channel had where it comes from. */
function lackingOf(entry: ChannelEntry, config: Facts, stored: boolean): readonly string[] {
  const had = stored ? [] : entry.withheld.filter((name) => config[name] === undefined);
  return [...new Set([...readConfig(entry, config).lacking, ...had])];
}

const lackingFields = (kind: ChannelKind, lacking: readonly string[]) => ({
  fields: lacking.map((name) => `${kind}.${name}`),
});

/** It holds the lane, so that nothing is lost; a channel that is switched off would not even be queued anything. */
const attentionOf = (params: ReturnType<typeof lackingFields>, since: number): Attention => ({
  holds: true,
  class: 'configuration',
  reason: { code: 'failure.config_imported', params },
  receiverText: null,
  since,
});
