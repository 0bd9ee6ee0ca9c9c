import { eventInput, eventsInput } from '../contract/alert.ts';
import { ok } from '../contract/result.ts';
import { problemIn } from '../domain/issues.ts';
import type { IngestAdapter } from './adapter.ts';
import { readApiEvent } from './api-event.ts';
import { parsedItems } from './body.ts';
import { readItems } from './labelled-alert.ts';
import { unreadable } from './problem.ts';

/**
 * Belfry's own `POST /api/v1/events`, as what was rejected there is read once more. It is mounted by the
 * contract and not as a wire format. An empty source stands for a token that names none, so that the
 * body's own counts.
 */
export const apiEvents: Pick<IngestAdapter, 'name' | 'read'> = {
  name: 'api',
  read(request, { source }) {
    const body = parsedItems(request);
    if (!body.ok) return body;
    const parsed = eventsInput.safeParse(body.value);
    if (!parsed.success) return unreadable(parsed.error);
    const items: readonly unknown[] = Array.isArray(parsed.data) ? parsed.data : [parsed.data];
    return ok(
      readItems(items, (item) => {
        const event = eventInput.safeParse(item);
        if (!event.success) return problemIn(event.error);
        return readApiEvent(event.data, source === '' ? null : source);
      }),
    );
  },
};
