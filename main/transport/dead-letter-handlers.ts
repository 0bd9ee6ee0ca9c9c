import { fail, ok } from '../contract/result.ts';
import type { BulkWork } from '../queue/bulk-work.ts';
import type { DeadLetters } from '../queue/dead-letters.ts';
import type { Handlers } from './dispatch.ts';
import { forwardId } from './forward.ts';

export interface DeadLetterHandlersDeps {
  readonly deadLetters: DeadLetters;
  readonly bulk: BulkWork;
}

/** The contract's methods about dead letters as a whole, and about work on many of them. */
export function deadLetterHandlers({ deadLetters, bulk }: DeadLetterHandlersDeps) {
  return {
    'notifications.requeueMany': (selection, { actor }) => bulk.requeue(selection, actor),
    'notifications.previewRequeue': (selection) => deadLetters.preview(selection),
    'notifications.retryMany': (selection, { actor }) => bulk.retry(selection, actor),
    'notifications.discardMany': (selection, { actor }) => bulk.discard(selection, actor),
    ...forwardId('notifications', ['undoDiscard'], bulk),
    'bulk.list': () => ok({ items: bulk.list() }),
    'bulk.get': ({ id }) => {
      const job = bulk.get(id);
      return job ? ok(job) : fail('not_found', 'There is no bulk work with this id (any more).');
    },
    ...forwardId('bulk', ['cancel'], bulk),
    'deadLetters.groups': () => ok(deadLetters.groups()),
  } satisfies Partial<Handlers>;
}
