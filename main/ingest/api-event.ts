import type { EventInput } from '../contract/alert.ts';
import type { ConditionEvent } from '../domain/condition-event.ts';
import { eventWithoutCredentials } from '../domain/link-credentials.ts';
import { httpLink } from './http-link.ts';
import { boundedMessage } from './text.ts';

/** Belfry's own event. Its source is the token's, else the body's, else `api`. */
export function readApiEvent(input: EventInput, tokenSource: string | null): ConditionEvent {
  const { occurredAt } = input;
  return eventWithoutCredentials({
    source: tokenSource ?? input.source ?? 'api',
    host: input.host,
    kind: input.kind,
    dedupKey: input.dedupKey,
    status: input.status,
    severity: input.severity,
    message: boundedMessage(input.message),
    labels: input.labels,
    annotations: input.annotations,
    url: httpLink(input.url),
    occurredAt:
      occurredAt === undefined
        ? null
        : typeof occurredAt === 'number'
          ? occurredAt
          : Date.parse(occurredAt),
    endsAt: null,
  });
}
