import type { ErrorCode } from '../contract/errors.ts';
import type { Reason } from '../contract/reason.ts';
import type { Failure, Result } from '../contract/result.ts';
import { messagesFor, type Messages } from './messages.ts';
import { renderReason } from './reasons.ts';

/** Returns a failure with its reason. Its message is English until `dispatch` puts it into the host's language. */
export const refuse = (code: ErrorCode, reason: Reason): Result<never> => ({
  ok: false,
  error: { code, message: renderReason(messagesFor('en'), reason), reason },
});

/** Returns a failure in a language; one without a reason as it is. */
export const failureIn = (messages: Messages, failure: Failure): Failure =>
  failure.reason ? { ...failure, message: renderReason(messages, failure.reason) } : failure;

/** An error that people are told of. Its message is English; whoever knows their language renders the reason. */
export class ReasonError<R extends Reason = Reason> extends Error {
  override readonly name = 'ReasonError';
  readonly reason: R;

  constructor(reason: R, options?: ErrorOptions) {
    super(renderReason(messagesFor('en'), reason), options);
    this.reason = reason;
  }
}
