import { eventInput, eventsInput, type EventInput } from '../contract/alert.ts';
import { ok } from '../contract/result.ts';
import type { ConditionEvent } from '../domain/condition-event.ts';
import { eventWithoutCredentials } from '../domain/link-credentials.ts';
import type { IngestAdapter } from './adapter.ts';
import { parsedItems, readAs } from './body.ts';
import { boundedMessage, httpLink } from './event.ts';
import { readItems, refusedBy } from './labelled-alert.ts';

/** Returns the event of Belfry's own API. Its source is the token's, else the body's, else `api`. */
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
    occurredAt: occurredAt === undefined ? null : new Date(occurredAt).getTime(),
    endsAt: null,
  });
}

/**
 * Belfry's own `POST /api/v1/events`, as what was rejected there is read once more. It is mounted by the
 * contract and not as a wire format. An empty source stands for a token that names none, so that the
 * body's own counts.
 */
export const apiEvents: Pick<IngestAdapter, 'name' | 'read'> = {
  name: 'api',
  read(request, { source }) {
    const body = readAs(eventsInput, parsedItems(request));
    if (!body.ok) return body;
    const items: readonly unknown[] = [body.value].flat();
    return ok(
      readItems(items, 'event', (item) => {
        const event = eventInput.safeParse(item);
        if (!event.success) return refusedBy(event.error);
        return { ok: true, value: readApiEvent(event.data, source === '' ? null : source) };
      }),
    );
  },
};
