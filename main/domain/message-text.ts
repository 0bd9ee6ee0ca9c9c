import { MESSAGE_KIND, type AlertState } from '../contract/alert.ts';
import type { Severity } from '../contract/primitives.ts';
import type { AlertSnapshot, BundleKind, NotificationEvent } from '../contract/notification.ts';
import type { Messages } from '../messages/messages.ts';
import { plainText } from './bounded-text.ts';

export interface MessageText {
  readonly title: string;
  readonly body: string;
}

/** The current state of a condition. */
export interface Situation {
  readonly state: AlertState;
  readonly severity: Severity;
}

/** ISO 8601 to the second, which reads the same wherever the receiver is. */
export const timeText = (ms: number): string =>
  new Date(ms).toISOString().replace(/\.\d{3}Z$/, 'Z');

const isOwnMessage = ({ kind }: AlertSnapshot): boolean => kind === MESSAGE_KIND;

/** Returns what the alert is about: kind and host; of a message its own title, else its recipient. */
function subjectOf(messages: Messages, alert: AlertSnapshot): string {
  const { kind, host, labels } = alert;
  if (!isOwnMessage(alert)) {
    return messages.text('message.subject', { kind: oneLine(kind), host: oneLine(host) });
  }
  const title = [labels['title'] ?? '', host].map((text) => oneLine(plainText(text))).find(Boolean);
  return title ?? messages.text('message.title.untitled');
}

/** A raised message has its own title, with nothing put before it. */
function headline(
  messages: Messages,
  event: Exclude<NotificationEvent, 'test'>,
  alert: AlertSnapshot,
): string {
  const subject = subjectOf(messages, alert);
  if (event === 'raised' && isOwnMessage(alert)) return subject;
  const severity = messages.text(`message.severity.${alert.severity}`);
  return messages.text(`message.title.${event}`, { subject, severity });
}

export const isOver = ({ state }: Pick<Situation, 'state'>): boolean =>
  state === 'resolved' || state === 'expired';

/** Returns the sentence that the event adds to the alert's own text. */
function remark(
  messages: Messages,
  event: NotificationEvent,
  alert: AlertSnapshot,
  now: number,
): string | null {
  const { state, startedAt, closedAt } = alert;
  const at = timeText(startedAt);
  const lasted = (until: number): string =>
    messages.duration(Math.max(0, until - startedAt), { width: 'long' });
  switch (event) {
    case 'resolved': {
      if (closedAt === null) return null;
      return messages.text('message.remark.resolved', { at, duration: lasted(closedAt) });
    }
    case 'reminder':
      return messages.text('message.remark.reminder', { at, duration: lasted(now) });
    case 'flapping_started':
      return messages.text('message.remark.flappingStarted');
    case 'flapping_stopped': {
      const severity = messages.text(`message.severity.${alert.severity}`);
      return messages.text('message.remark.flappingStopped', { state, severity });
    }
    case 'raised':
    case 'escalated':
      return state === 'acknowledged' ? messages.text('message.remark.acknowledged') : null;
    case 'acknowledged':
    case 'test':
      return null;
  }
}

/** The moment at which a text speaks of an alert. */
interface Moment {
  /** The alert's state now, if the notification is late. */
  readonly overtakenBy: Situation | null;
  /** The moment up to which durations are counted, ms UTC. */
  readonly at: number;
}

const messageTitle = (
  messages: Messages,
  event: NotificationEvent,
  alert: AlertSnapshot,
): string =>
  event === 'test' ? messages.text('message.test.title') : headline(messages, event, alert);

/**
 * The text that a person reads. A resolved alert says when it started and how long it lasted; a late
 * notification (a requeued dead letter, say) says so and gives the current state.
 */
export function messageText(
  messages: Messages,
  event: NotificationEvent,
  alert: AlertSnapshot,
  { overtakenBy, at }: Moment,
): MessageText {
  const title = messageTitle(messages, event, alert);
  if (event === 'test') return { title, body: messages.text('message.test.body') };
  const lines = alert.message === '' ? [] : [alert.message];
  const remarked = remark(messages, event, alert, at);
  if (remarked !== null) lines.push(remarked);
  const late = lateLine(messages, alert, overtakenBy);
  if (late !== null) lines.push(late);
  return { title, body: lines.join('\n') };
}

/** Returns the line that says that a notification is late, with the current state; null if it is not. */
export function lateLine(
  messages: Messages,
  alert: AlertSnapshot,
  overtakenBy: Situation | null,
): string | null {
  if (!overtakenBy) return null;
  if (isOwnMessage(alert)) return messages.text('message.late.replaced');
  const { state } = overtakenBy;
  const severity = messages.text(`message.severity.${overtakenBy.severity}`);
  return messages.text('message.late.alert', { state, severity });
}

/** One notification of a bundle. */
export interface BundleMember {
  readonly event: NotificationEvent;
  readonly alert: AlertSnapshot;
  /** The current state of the alert, if it is not the one that this notification is about. */
  readonly overtakenBy: Situation | null;
}

/** Long texts of single members would bury the others. */
const MEMBER_CHARS_MAX = 200;

/** More lines than this nobody reads; the window has them all. */
const LINES_MAX = 1_000;

/** Senders' text within one line: what could look like another line of ours becomes a space. */
export const oneLine = (text: string): string =>
  text.replace(/[\s\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();

/** Matches the rest of a surrogate pair that was cut. */
const HALF_PAIR = /[\ud800-\udbff]$/;

/** A text on one line, cut with a mark and never within a surrogate pair. */
function shortLine(text: string): string {
  const looked = text.slice(0, 4 * MEMBER_CHARS_MAX);
  const characters = [...oneLine(looked)];
  const isWhole = looked.length === text.length && characters.length <= MEMBER_CHARS_MAX;
  if (isWhole) return characters.join('');
  const kept = characters.slice(0, MEMBER_CHARS_MAX - 1).join('');
  return `${kept.replace(HALF_PAIR, '')}…`;
}

/** One message for many: how many they are, then a line for each. */
export function bundleText(
  messages: Messages,
  kind: BundleKind,
  members: readonly BundleMember[],
): MessageText {
  const lines = members.slice(0, LINES_MAX).map(({ event, alert, overtakenBy }) => {
    const title = messageTitle(messages, event, alert);
    const state = overtakenBy?.state;
    const about = state ? messages.text('message.late.member', { title, state }) : title;
    return alert.message === '' ? about : `${about}: ${shortLine(alert.message)}`;
  });
  const more = members.length - LINES_MAX;
  if (more > 0) lines.push(messages.text('message.bundle.more', { count: more }));
  const isRecovery = kind === 'group' && members.every(({ event }) => event === 'resolved');
  const title = messages.text(`message.bundle.${isRecovery ? 'resolved' : kind}`, {
    count: members.length,
  });
  return { title, body: lines.join('\n') };
}
