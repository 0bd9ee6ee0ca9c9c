import { createHash } from 'node:crypto';
import type { Severity } from '../contract/primitives.ts';
import type { AlertReason } from '../contract/reasons/heartbeat-reasons.ts';
import type { EventReason } from '../contract/reasons/event-reasons.ts';

/** A single notification, in the one shape that every wire format for messages is read into. */
export interface InboundMessage {
  readonly source: string;
  /** The destination that it was sent to: a topic, a key, an application. */
  readonly topic: string;
  /** '' when it has none. */
  readonly title: string;
  readonly text: string;
  /** The text of a message that is Belfry's own, as data. */
  readonly messageReason?: AlertReason;
  readonly severity: Severity;
  /** Further facts to know and to route by; its topic and title are added to them. */
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly url: string | null;
  /** Replaces the open message of this topic that was sent under the same; null stands for itself. */
  readonly sequenceId: string | null;
  /** Whoever sends the same once more gets the first answer again, and nothing is sent twice. */
  readonly idempotencyKey: string | null;
  /** It tells that all is well, so older open messages of the same topic and title are over. */
  readonly isRecovery: boolean;
  /** The moment at which it is to be sent, ms UTC; null at once. */
  readonly notBefore: number | null;
}

/** How a message that is durable can be spoken of, in the ways of those who ask. */
export interface StoredMessage {
  readonly alertId: string;
  /** Whole and positive, and never used again. */
  readonly number: number;
  /** Twelve letters and digits. */
  readonly shortId: string;
  /** Under which a later message replaces this one. */
  readonly sequenceId: string;
}

/** A sender's wish that a message no longer counts. */
export interface Withdrawal {
  readonly source: string;
  readonly topic: string;
  /** The sequence id, or the short id of the message. */
  readonly id: string;
  readonly reason: EventReason;
}

/** The source of messages that are Belfry's own. */
export const BELFRY_SOURCE = 'belfry';

const LETTERS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const SHORT_ID_CHARS = 12;

/** The id of an alert's n-th message: 71 bits, so that nobody meets the same one twice. */
export function shortIdOf(alertId: string, n: number): string {
  const digest = createHash('sha256').update(`${alertId} ${n}`).digest('hex');
  let rest = BigInt(`0x${digest}`);
  let id = '';
  while (id.length < SHORT_ID_CHARS) {
    id += LETTERS[Number(rest % 62n)] ?? '';
    rest /= 62n;
  }
  return id;
}
