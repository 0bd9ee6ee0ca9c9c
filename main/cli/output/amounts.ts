import type { Reason } from '../../contract/reason.ts';
import { messagesFor } from '../../messages/messages.ts';
import { renderReason } from '../../messages/reasons.ts';
import { safeLine } from './safe-text.ts';

const two = (number: number): string => String(number).padStart(2, '0');

/** A moment by this machine's clock and zone, `2026-03-29 14:05:09`; a dash for none. */
export function localTime(atMs: number | null): string {
  if (atMs === null) return '-';
  const at = new Date(atMs);
  const date = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${date} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}

/** A moment as Belfry writes it into sentences, in UTC. */
const STAMP = /\b\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,3})?Z/g;

/** A sentence of Belfry's with its moments by this machine's clock. */
export const localProse = (sentence: string): string =>
  safeLine(sentence).replace(STAMP, (stamp) => {
    const atMs = Date.parse(stamp);
    return Number.isNaN(atMs) ? stamp : localTime(atMs);
  });

/** Returns the sentence of a reason with its moments by this machine's clock. */
export const reasonText = (reason: Reason): string =>
  safeLine(renderReason(messagesFor('en'), reason));

const number = new Intl.NumberFormat('en');

/** `1,234`. */
export const amount = (count: number): string => number.format(count);

/** `1 dead letter`, `1,234 dead letters`. */
export const counted = (count: number, noun: string): string =>
  `${amount(count)} ${noun}${count === 1 ? '' : 's'}`;

/** `a, b and c`; untrusted names are made safe. */
export function listed(names: readonly string[]): string {
  const safe = names.map(safeLine);
  return safe.length < 2 ? safe.join('') : `${safe.slice(0, -1).join(', ')} and ${safe.at(-1)}`;
}
