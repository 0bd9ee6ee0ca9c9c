import { hash } from 'node:crypto';
import { LIMITS } from '../contract/limits.ts';
import { severity, type Severity } from '../contract/primitives.ts';
import { boundedLog, boundedText } from '../domain/bounded-text.ts';
import type { ConditionEvent } from '../domain/condition-event.ts';

/** Cuts an alert's message to its limit: of what is longer, its beginning and its end are kept. */
export const boundedMessage = (text: string): string => boundedLog(text, LIMITS.messageCharsMax);

const DIGEST_CHARS = 16;

/** Cuts a part of a condition's identity to its limit. What is cut ends in a digest of all of it, so that it stays itself. */
export function boundedName(text: string): string {
  if (text.length <= LIMITS.identityCharsMax) return text.toWellFormed();
  const digest = hash('sha256', text).slice(0, DIGEST_CHARS);
  return `${boundedText(text, LIMITS.identityCharsMax - DIGEST_CHARS - 1)} ${digest}`;
}

/** Returns labels within their limits: empty ones are left out, and what is too long or beyond `max` is cut. */
export const boundedLabels = (
  labels: readonly (readonly [name: string, value: string])[],
  max: number = LIMITS.labelsMax,
): Record<string, string> =>
  Object.fromEntries(
    labels
      .filter(([name, value]) => name !== '' && value !== '')
      .slice(0, max)
      .map(([name, value]) => [
        boundedText(name, LIMITS.labelNameCharsMax),
        boundedText(value, LIMITS.labelValueCharsMax),
      ]),
  );

/** Returns annotations within their limits; no part of the identity, so what is too long is cut. */
export const boundedAnnotations = (annotations: Record<string, string>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(annotations)
      .slice(0, LIMITS.labelsMax)
      .map(([name, value]) => [boundedText(name, LIMITS.labelNameCharsMax), boundedMessage(value)]),
  );

/**
 * Returns the first link that a person may follow, or null: alert text is hostile, and so are its URLs. A
 * user and a password in it are left out, since it is shown, and sent to wherever the alert is.
 */
export function httpLink(...urls: readonly (string | null | undefined)[]): string | null {
  for (const url of urls) {
    if (!url || url.length > LIMITS.urlCharsMax || !/^https?:\/\//.test(url)) continue;
    const parsed = URL.parse(url);
    if (!parsed) continue;
    if (parsed.username === '' && parsed.password === '') return url;
    parsed.username = '';
    parsed.password = '';
    return parsed.href.length > LIMITS.urlCharsMax ? null : parsed.href;
  }
  return null;
}

/** Makes a reader of a sender's words for severities, in any case; `other` is what an unknown word means. */
export const severityIn =
  (words: Readonly<Partial<Record<Severity, readonly string[]>>>, other: Severity) =>
  (word: string | null | undefined): Severity =>
    severity.options.find((each) => words[each]?.includes(word?.toLowerCase() ?? '')) ?? other;

type Required = 'source' | 'host' | 'kind' | 'dedupKey' | 'status' | 'severity' | 'message';

/** Returns an event of a sender that reports each end, within the limits. */
export const conditionEvent = ({
  labels,
  url,
  occurredAt = null,
  ...event
}: Pick<ConditionEvent, Required> & {
  readonly labels: readonly (readonly [name: string, value: string])[];
  readonly url?: string | null | undefined;
  readonly occurredAt?: number | null;
}): ConditionEvent => ({
  ...event,
  host: boundedName(event.host),
  kind: boundedName(event.kind),
  dedupKey: boundedName(event.dedupKey),
  message: boundedMessage(event.message),
  labels: boundedLabels(labels),
  annotations: {},
  url: httpLink(url),
  occurredAt,
  endsAt: null,
});
