import type { ChannelKind } from '../contract/channel-kind.ts';
import {
  failureReasons,
  type AttemptReason,
  type FailureReason,
} from '../contract/reasons/failure-reasons.ts';
import type { Outcome, PermanentClass, TransientClass } from '../domain/outcome.ts';

/** The receiver's words about a failure, and the wait that it wants. */
export type FailureDetails = Partial<
  Omit<Outcome & { kind: 'transient' }, 'kind' | 'class' | 'reason'>
>;

const TRANSIENT: ReadonlySet<string> = new Set<TransientClass>([
  'timeout',
  'dns',
  'connection',
  'rate_limited',
  'server_error',
]);
const isTransient = (
  failureClass: TransientClass | PermanentClass,
): failureClass is TransientClass => TRANSIENT.has(failureClass);

/** Returns a failure; its class decides whether another attempt may help. */
export const failed = (
  failureClass: TransientClass | PermanentClass,
  reason: FailureReason,
  details: FailureDetails = {},
): Outcome =>
  isTransient(failureClass)
    ? { kind: 'transient', class: failureClass, reason, ...details }
    : { kind: 'permanent', class: failureClass, reason, ...details };

/** The service that refused, and its status in its protocol. */
export interface Refuser {
  readonly kind: ChannelKind;
  /** Its name in reasons. */
  readonly service: string;
  readonly status: string;
}

interface Facts extends Omit<Refuser, 'kind'> {
  readonly fields: readonly string[];
}

/** A reason whose parameters are the refuser and the fields to check. */
type RefusalReason<Reason = AttemptReason> = Reason extends { params: infer Params }
  ? keyof Params extends keyof Facts
    ? Reason
    : never
  : never;

/** The meaning of codes, with the fields to check. */
export type Refusal = readonly [
  code: RegExp | string | number | readonly (string | number)[],
  failureClass: TransientClass | PermanentClass,
  reason: RefusalReason['code'],
  ...fields: string[],
];

/** Returns what a code means by a table, of which the first match counts; null if it is not in there. */
export function refusalOf(
  table: readonly Refusal[],
  code: string | number,
  { kind, ...refuser }: Refuser,
  details: FailureDetails = {},
): Outcome | null {
  const found = table.find(([codes]) =>
    codes instanceof RegExp ? codes.test(String(code)) : [codes].flat().includes(code),
  );
  if (!found) return null;
  const [, failureClass, reason, ...names] = found;
  const facts: Facts = { ...refuser, fields: names.map((name) => `${kind}.${name}`) };
  const params = Object.fromEntries(
    Object.keys(failureReasons[reason]).map((name) => [name, facts[name as keyof Facts]]),
  );
  return failed(failureClass, { code: reason, params } as FailureReason, details);
}
