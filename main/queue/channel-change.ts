import { isDeepStrictEqual } from 'node:util';
import type { Stamps } from '../collections/collection.ts';
import type { ChannelInput, RetryInput, RetryPolicy } from '../contract/channel.ts';
import type { ChannelTemplates } from '../contract/channel-template.ts';
import type { ParsedInput } from '../contract/methods.ts';
import type { Result } from '../contract/result.ts';
import { probeAtOnce, UNTRIED, type Health } from '../domain/channel-health.ts';
import { fallbackProblem } from '../domain/fallback-chain.ts';
import { capProblem, resolveRetry, RETRY_PRESETS } from '../domain/retry-policy.ts';
import type { ChannelRow } from '../store/channel-table.ts';
import type { Unit } from '../store/unit.ts';
import { refuseField } from '../messages/failures.ts';

/** All of a channel but its sealed configuration and what is shown of that. */
export type ChannelFacts = Omit<ChannelRow, 'sealedConfig' | 'configured' | 'shownConfig'>;

/**
 * A channel after a change of anything but its configuration. What repairs it, another configuration or
 * enabling it, also ends its waiting for a person.
 */
export function patchedChannel(
  before: ChannelRow,
  patch: Omit<ParsedInput<'channels.update'>, 'id' | 'config'>,
  repairs: boolean,
  now: number,
): ChannelRow {
  const { name, enabled, rateLimit, fallbackChannelId } = patch;
  const { autoRequeue, resolveOnlyIfDelivered } = patch;
  const facts: ChannelRow = {
    ...before,
    name: name ?? before.name,
    enabled: enabled ?? before.enabled,
    retry: resolveRetry(patch.retry, before.retry),
    rateLimit: rateLimit === undefined ? before.rateLimit : rateLimit,
    fallbackChannelId:
      fallbackChannelId === undefined ? before.fallbackChannelId : fallbackChannelId,
    autoRequeue: autoRequeue ?? before.autoRequeue,
    resolveOnlyIfDelivered: resolveOnlyIfDelivered ?? before.resolveOnlyIfDelivered,
    language: patch.language === undefined ? before.language : patch.language,
    ...templatesAfter(before, patch.templates),
    updatedAt: now,
  };
  // Another name or limit repairs nothing: what would be tried again would only die of the same.
  if (!repairs) return facts;
  const health = { ...healthFrom(before, now), rejections: 0 };
  return { ...facts, health, attention: null, throttle: null };
}

/** Returns the templates after a change. Changed ones have not failed yet. */
function templatesAfter(
  { templates, templateFailure }: ChannelFacts,
  given: ChannelTemplates | undefined,
): Pick<ChannelFacts, 'templates' | 'templateFailure'> {
  return given === undefined || isDeepStrictEqual(given, templates)
    ? { templates, templateFailure }
    : { templates: given, templateFailure: null };
}

/** Returns the channel with another configuration, with which nothing has been delivered yet. */
export const configured = (
  facts: ChannelFacts,
  sealed: Omit<ChannelRow, keyof ChannelFacts>,
): ChannelRow => ({ ...facts, ...sealed, health: { ...facts.health, workedAt: null } });

/** The part of a channel whose change may end its failures. */
export type RepairReason = 'configuration' | 'policy';

/** Runs in the transaction that changed a channel in a way that may end its failures. */
export type RepairListener = (unit: Unit, channelId: string, reason: RepairReason) => void;

/** Null when the change repairs nothing; `before` is null for a new channel. */
export function repairReason(before: ChannelRow | null, after: ChannelRow): RepairReason | null {
  if (!before) return null;
  const fixed =
    !before.sealedConfig.equals(after.sealedConfig) ||
    (!before.enabled && after.enabled) ||
    (before.attention !== null && after.attention === null);
  if (fixed) return 'configuration';
  return isDeepStrictEqual(before.retry, after.retry) ? null : 'policy';
}

/**
 * Returns the health after a repair. Rows that waited for a person have not waited for the
 * channel: their day begins now.
 */
function healthFrom({ health }: ChannelFacts, now: number): Health {
  const failingSince = health.failingSince === null ? null : now;
  return probeAtOnce({ ...health, failingSince }, now);
}

/** Returns when a pause that begins now ends, ms UTC; null until somebody ends it. */
export function pauseEnd(
  { durationMs, until }: Pick<ParsedInput<'channels.pause'>, 'durationMs' | 'until'>,
  now: number,
): number | null {
  if (durationMs !== undefined) return now + durationMs;
  return until === undefined ? null : new Date(until).getTime();
}

/** A channel whose pause has ended. */
export const resumedChannel = <Row extends ChannelFacts>(before: Row, now: number): Row => ({
  ...before,
  paused: null,
  health: healthFrom(before, now),
  // Of a limit that the receiver no longer asks for, nothing has waited: its day begins with the next refusal.
  throttle: before.throttle !== null && before.throttle.until > now ? before.throttle : null,
});

/** A channel that is being created, but for its configuration. */
export const newChannel = (input: Omit<ChannelInput, 'config'>, stamps: Stamps): ChannelFacts => ({
  kind: input.kind,
  name: input.name,
  enabled: input.enabled,
  paused: null,
  retry: resolveRetry(input.retry, RETRY_PRESETS.default),
  rateLimit: input.rateLimit ?? null,
  fallbackChannelId: input.fallbackChannelId ?? null,
  autoRequeue: input.autoRequeue,
  resolveOnlyIfDelivered: input.resolveOnlyIfDelivered,
  language: input.language ?? null,
  templates: input.templates,
  templateFailure: null,
  ...UNTRIED,
  ...stamps,
});

type Refusal = Result<never> | null;

/** Refuses a policy that a person gives; `before` is what it changes. */
export function badRetry(given: RetryInput | undefined, before: RetryPolicy): Refusal {
  if (given === undefined) return null;
  const problem = capProblem(resolveRetry(given, before));
  return problem === null ? null : refuseField('invalid_input', 'retry.capMs', problem);
}

export function badFallback(
  rows: readonly ChannelRow[],
  id: string | null,
  fallbackId: string | null | undefined,
): Refusal {
  if (fallbackId === null || fallbackId === undefined) return null;
  const problem = fallbackProblem(rows, id, fallbackId);
  return problem === null ? null : refuseField('invalid_input', 'fallbackChannelId', problem);
}
