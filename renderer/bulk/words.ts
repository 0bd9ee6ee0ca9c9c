import type { BulkJob } from '../../main/contract/notification.ts';

export const RUNNING_LABELS: Record<BulkJob['action'], string> = {
  requeue: 'Requeueing',
  discard: 'Discarding',
  undo_discard: 'Bringing back',
};

const DONE_WORDS: Record<BulkJob['action'], string> = {
  requeue: 'requeued',
  discard: 'discarded',
  undo_discard: 'brought back',
};

/** What came of bulk work: "1,234 requeued, 3 unchanged." */
export function outcomeWords({ action, state, total, changed, unchanged }: BulkJob): string {
  const done = `${changed.toLocaleString()} ${DONE_WORDS[action]}`;
  if (state !== 'finished') {
    return `Stopped: ${changed.toLocaleString()} of ${total.toLocaleString()} ${DONE_WORDS[action]}.`;
  }
  return unchanged > 0 ? `${done}, ${unchanged.toLocaleString()} unchanged.` : `${done}.`;
}

/** "1 dead letter", "10,000 dead letters". */
export const letterWords = (count: number): string =>
  `${count.toLocaleString()} ${count === 1 ? 'dead letter' : 'dead letters'}`;
