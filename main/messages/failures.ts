import type { ErrorCode } from '../contract/errors.ts';
import { reason, type Reason } from '../contract/reason.ts';
import type { IssueReason } from '../contract/reasons/issue-reasons.ts';
import type { Failure, Result } from '../contract/result.ts';
import { messagesFor, type Messages } from './messages.ts';
import { renderReason } from './reasons.ts';

/** Returns the English sentence of a reason, for senders and where nobody's language is known. */
export const inEnglish = (reason: Reason): string => renderReason(messagesFor('en'), reason);

export type Refusal = Result<never> & { readonly ok: false };

/** A problem with one field, as the details of a failure name it. */
export interface FieldIssue {
  readonly field: string;
  /** `reason` as a sentence. */
  readonly problem: string;
  readonly reason: IssueReason;
}

export const fieldIssue = (field: string, why: IssueReason): FieldIssue => ({
  field,
  problem: inEnglish(why),
  reason: why,
});

/** Returns a failure with its reason. Its message is English until `failureIn` puts it into another language. */
export const refuse = (code: ErrorCode, why: Reason, details?: unknown): Refusal => ({
  ok: false,
  error: {
    code,
    message: inEnglish(why),
    reason: why,
    ...(details === undefined ? {} : { details }),
  },
});

/** Returns a failure whose message is in the words of the service that a sender takes Belfry for. */
export const worded = (message: string, { error }: Refusal): Refusal => ({
  ok: false,
  error: { ...error, message },
});

/** Returns a failure, where no result is wanted. */
export const failureFor = (code: ErrorCode, why: Reason): Failure => refuse(code, why).error;

/** Refuses fields: the sentence names the first, the details name all. */
export const refuseFields = (code: ErrorCode, issues: readonly FieldIssue[]): Refusal =>
  refuse(code, fieldReason(issues), issues);

/** Returns what is wrong with fields; it names the first. */
export function fieldReason(issues: readonly FieldIssue[]) {
  const [first = fieldIssue('body', { code: 'issue.required', params: {} })] = issues;
  const more = Math.max(0, issues.length - 1);
  const params = { field: first.field, because: first.reason, more };
  return { code: 'error.field', params } as const;
}

export const refuseField = (code: ErrorCode, field: string, why: IssueReason): Refusal =>
  refuseFields(code, [fieldIssue(field, why)]);

const isFieldIssue = (detail: unknown): detail is FieldIssue =>
  typeof detail === 'object' && detail !== null && 'field' in detail && 'reason' in detail;

/** Returns why, as a list: empty where a failure has no reason. */
export const reasonsOf = ({ reason }: Failure): Reason[] => (reason ? [reason] : []);

/** Returns what a failure says of fields. */
export const fieldIssuesIn = ({ details }: Failure): FieldIssue[] =>
  Array.isArray(details) ? details.filter(isFieldIssue) : [];

/**
 * Returns a failure in a language. What has no reason stays as it is, and so does one of another version,
 * whose code or parameters are not known here.
 */
export function failureIn(messages: Messages, failure: Failure): Failure {
  const text = (given: unknown, otherwise: string): string => {
    const known = given === undefined ? null : reason.safeParse(given);
    return known?.success ? renderReason(messages, known.data) : otherwise;
  };
  const { message, details } = failure;
  return {
    ...failure,
    message: text(failure.reason, message),
    ...(Array.isArray(details) && {
      details: details.map((detail: unknown) =>
        isFieldIssue(detail) ? { ...detail, problem: text(detail.reason, detail.problem) } : detail,
      ),
    }),
  };
}

/** An error that people see. Its message is English; whoever knows their language renders the reason. */
export class ReasonError<R extends Reason = Reason> extends Error {
  override readonly name: string = 'ReasonError';
  readonly reason: R;

  constructor(why: R, options?: ErrorOptions) {
    super(inEnglish(why), options);
    this.reason = why;
  }
}
