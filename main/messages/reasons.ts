import type { NotificationEvent } from '../contract/notification.ts';
import { fileSize } from '../contract/file-size.ts';
import type { Severity } from '../contract/primitives.ts';
import type { Reason } from '../contract/reason.ts';
import type { Messages, TextKey } from './messages.ts';

/** Parameters whose names say how they are written. */
type Written = 'event' | `severity${string}` | 'until' | `${string}At` | `${string}Ms` | 'bytes';

/** The type of a parameter as its message takes it. */
type Argument<Name, Value> = Name extends Written
  ? string
  : Value extends boolean
    ? 'true' | 'false'
    : Value extends number
      ? number
      : Value extends string
        ? Value
        : string;

/** The arguments that each reason has for its message. A sentence from before is its own message. */
export type ReasonArguments = {
  [R in Exclude<Reason, { code: 'legacy' }> as `reason.${R['code']}`]: {
    readonly [Name in keyof R['params']]: Argument<Name, R['params'][Name]>;
  };
};

/** A moment as sentences were once stored with: ISO 8601 in UTC. */
const STAMP = /\b\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,3})?Z/g;

/**
 * Returns the sentence of a reason. With `nowMs` (ms UTC) moments of today are written without their
 * date; without, to the second.
 */
export function renderReason(messages: Messages, { code, params }: Reason, nowMs?: number): string {
  const moment = (atMs: number): string =>
    nowMs === undefined ? messages.dateTime(atMs) : messages.moment(atMs, nowMs);
  const written = (name: string, value: unknown): string | number => {
    if (name === 'event')
      return messages.text(`common.notificationEvent.${value as NotificationEvent}`);
    if (name.startsWith('severity')) return messages.text(`common.severity.${value as Severity}`);
    if (Array.isArray(value)) return messages.list(value);
    if (typeof value === 'object') return renderReason(messages, value as Reason, nowMs);
    if (typeof value !== 'number') return String(value as string | boolean);
    if (name === 'until' || name.endsWith('At')) return moment(value);
    if (name.endsWith('Ms')) return messages.duration(value, { width: 'long' });
    return name === 'bytes' ? fileSize(value, messages.locale) : value;
  };
  if (code === 'legacy') {
    return params.text.replace(STAMP, (stamp) => {
      const atMs = Date.parse(stamp);
      return Number.isNaN(atMs) ? stamp : moment(atMs);
    });
  }
  const values = Object.fromEntries(
    Object.entries(params).map(([name, value]) => [name, written(name, value)]),
  );
  const key: TextKey = `reason.${code}`;
  // A test compares the arguments of every message with the parameters of its code.
  return messages.text(key, values as never);
}

/** Returns the sentence of a reason in the host's language, for rows of the API. */
export type RenderReason = (reason: Reason) => string;
