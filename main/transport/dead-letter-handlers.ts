import { fail, ok } from '../contract/result.ts';
import type { BulkWork } from '../queue/bulk-work.ts';
import type { DeadLetters } from '../queue/dead-letters.ts';
import type { Handlers } from './dispatch.ts';

export interface DeadLetterHandlersDeps {
  readonly deadLetters: DeadLetters;
  readonly bulk: BulkWork;
}

/** Methods about notifications that are done in the background. */
export type BulkMethod =
  | 'notifications.requeueMany'
  | 'notifications.previewRequeue'
  | 'notifications.retryMany'
  | 'notifications.discardMany'
  | 'notifications.undoDiscard';

type DeadLetterHandlers = Pick<
  Handlers,
  BulkMethod | 'bulk.list' | 'bulk.get' | 'bulk.cancel' | 'deadLetters.groups'
>;

/** The contract's methods about dead letters as a whole, and about work on many of them. */
export function deadLetterHandlers({
  deadLetters,
  bulk,
}: DeadLetterHandlersDeps): DeadLetterHandlers {
  return {
    'notifications.requeueMany': (selection, { actor }) => bulk.requeue(selection, actor),
    'notifications.previewRequeue': (selection) => deadLetters.preview(selection),
    'notifications.retryMany': (selection, { actor }) => bulk.retry(selection, actor),
    'notifications.discardMany': (selection, { actor }) => bulk.discard(selection, actor),
    'notifications.undoDiscard': ({ id }, { actor }) => bulk.undoDiscard(id, actor),
    'bulk.list': () => ok({ items: bulk.list() }),
    'bulk.get': ({ id }) => {
      const job = bulk.get(id);
      return job ? ok(job) : fail('not_found', 'There is no bulk work with this id (any more).');
    },
    'bulk.cancel': ({ id }, { actor }) => bulk.cancel(id, actor),
    'deadLetters.groups': () => ok(deadLetters.groups()),
  };
}
