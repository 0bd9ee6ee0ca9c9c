import type { ChannelKind } from '../contract/channel-kind.ts';
import {
  failureReasons,
  type AttemptReason,
  type FailureReason,
} from '../contract/reasons/failure-reasons.ts';
import type { Outcome, PermanentClass, TransientClass } from '../domain/outcome.ts';

/** What a receiver said about a failure, and how long it wants to be left alone. */
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

/** Who refused, with what status of its protocol. */
export interface Refuser {
  readonly kind: ChannelKind;
  /** As reasons name it. */
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

/** What a code means, and the fields to check. */
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
