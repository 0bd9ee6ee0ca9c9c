import type { BulkJob } from '../../main/contract/notification.ts';

export const RUNNING_LABELS: Record<BulkJob['action'], string> = {
  requeue: 'Requeueing',
  summarise: 'Summarising',
  retry: 'Retrying',
  discard: 'Discarding',
  undo_discard: 'Bringing back',
};

const DONE_WORDS: Record<BulkJob['action'], string> = {
  requeue: 'requeued',
  summarise: 'put into a summary',
  retry: 'due now',
  discard: 'discarded',
  undo_discard: 'brought back',
};

/** Requeues of more dead letters than these are asked about. */
export const UNASKED_MAX = 20;

/** What came of bulk work: "1,234 requeued, 3 unchanged, 902 obsolete skipped." */
export function outcomeWords({
  action,
  state,
  total,
  changed,
  unchanged,
  skipped,
}: BulkJob): string {
  const done = `${changed.toLocaleString()} ${DONE_WORDS[action]}`;
  if (state !== 'finished') {
    return `Stopped: ${changed.toLocaleString()} of ${total.toLocaleString()} ${DONE_WORDS[action]}.`;
  }
  const kept = unchanged > 0 ? `, ${unchanged.toLocaleString()} unchanged` : '';
  const why = action === 'retry' ? 'held' : 'obsolete';
  return `${done}${kept}${skipped > 0 ? `, ${skipped.toLocaleString()} ${why} skipped` : ''}.`;
}

/** "1 dead letter", "10,000 dead letters". */
export const letterWords = (count: number): string =>
  `${count.toLocaleString()} ${count === 1 ? 'dead letter' : 'dead letters'}`;
