import type { Outcome } from '../domain/outcome.ts';
import type { BusAnswer } from './bus.ts';

/** Errors of the bus: nobody owns the name, and no program is registered for it or that program does not start. */
const NO_SERVER = /^org\.freedesktop\.DBus\.Error\.(ServiceUnknown|NameHasNoOwner|Spawn\.\w+)$/;
const DENIED = /^org\.freedesktop\.DBus\.Error\.(AccessDenied|AuthFailed)$/;
/** The server left while it was asked, or took too long to start. */
const NO_REPLY = /^org\.freedesktop\.DBus\.Error\.(NoReply|TimedOut|Timeout|Disconnected)$/;

type Failed = Exclude<BusAnswer, { kind: 'answered' | 'aborted' }>;

export interface FailureFacts {
  /** True while a session starts, whose notification server may come later. */
  readonly mayCome: boolean;
  readonly limitMs: number;
}

/**
 * Returns the outcome of a notification that was not shown. What a person must fix (no session bus, no
 * notification server, no permission) is a configuration failure; a server or bus that hangs or is away
 * for a moment is tried again.
 */
export function failureOf(
  answer: Failed,
  { mayCome, limitMs }: FailureFacts,
): Exclude<Outcome, { kind: 'sent' | 'interrupted' }> {
  switch (answer.kind) {
    case 'no_bus':
      return configuration('failure.desktop_no_bus');
    case 'unreachable':
      return { ...transient('failure.desktop_bus_away'), receiverText: answer.text };
    case 'timeout':
      return timedOut(limitMs);
    case 'refused':
      return refused(answer, { mayCome, limitMs });
  }
}

function refused(
  { error, text }: Extract<Failed, { kind: 'refused' }>,
  { mayCome, limitMs }: FailureFacts,
): Exclude<Outcome, { kind: 'sent' | 'interrupted' }> {
  if (NO_REPLY.test(error)) return timedOut(limitMs);
  if (DENIED.test(error)) {
    return { ...configuration('failure.desktop_denied'), receiverText: text };
  }
  if (NO_SERVER.test(error)) {
    return mayCome
      ? transient('failure.desktop_no_service')
      : configuration('failure.desktop_no_service');
  }
  return { ...transient('failure.desktop_refused'), receiverText: `${error}: ${text}` };
}

type Code =
  | 'failure.desktop_no_bus'
  | 'failure.desktop_bus_away'
  | 'failure.desktop_denied'
  | 'failure.desktop_no_service'
  | 'failure.desktop_refused';

const configuration = (code: Code) =>
  ({ kind: 'permanent', class: 'configuration', reason: { code, params: {} } }) as const;

const transient = (code: Code) =>
  ({ kind: 'transient', class: 'connection', reason: { code, params: {} } }) as const;

const timedOut = (limitMs: number) =>
  ({
    kind: 'transient',
    class: 'timeout',
    reason: { code: 'failure.timed_out', params: { limitMs } },
  }) as const;
