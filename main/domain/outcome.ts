import type { FailureClass } from '../contract/failure-class.ts';
import type { FailureReason } from '../contract/reasons/failure-reasons.ts';
import { boundedText } from './bounded-text.ts';

export type TransientClass = Extract<
  FailureClass,
  'timeout' | 'dns' | 'connection' | 'rate_limited' | 'server_error'
>;
export type PermanentClass = Exclude<FailureClass, TransientClass | 'interrupted' | 'channel_down'>;

/**
 * The request to the destination and its response, kept with the attempt. Redacted by the
 * channel before it gets here.
 */
export interface Answer {
  readonly statusCode?: number;
  readonly responseExcerpt?: string;
  /** The request in a line, without any secret; absent when nothing was sent. */
  readonly request?: string;
}

/** A failure; its next step follows from the reason (`nextStep`). */
export interface Refusal {
  readonly reason: FailureReason;
  /** The receiver's own text about it, without any secret. */
  readonly receiverText?: string | undefined;
}

/**
 * The outcome of one attempt. A channel returns it and never throws for a foreseeable failure: only transient
 * failures are worth trying again.
 */
export type Outcome =
  | ({
      readonly kind: 'sent';
      /** The service's name for this message, so that later ones about the alert answer or replace it. */
      readonly thread?: string;
      /** Fields of the configuration that the service itself says are outdated, with their new values. */
      readonly correction?: Readonly<Record<string, string>>;
    } & Answer)
  | ({
      readonly kind: 'transient';
      readonly class: TransientClass;
      /** The destination's own wish for the wait before the next attempt. */
      readonly retryAfterMs?: number;
      /** The least that its rules ask for between two attempts; our own wait stands if it is longer. */
      readonly waitAtLeastMs?: number;
    } & Refusal &
      Answer)
  | ({ readonly kind: 'permanent'; readonly class: PermanentClass } & Refusal & Answer)
  /** The send was cut off by us (crash, shutdown, hung request): nobody knows whether it arrived. */
  | ({ readonly kind: 'interrupted'; readonly request?: string } & Refusal);

export const sent = (answer: Answer = {}): Outcome & { kind: 'sent' } => ({
  kind: 'sent',
  ...answer,
});

type Interruption = Extract<FailureReason, { code: 'failure.interrupted' }>['params']['cause'];

export const interrupted = (cause: Interruption): Outcome & { kind: 'interrupted' } => ({
  kind: 'interrupted',
  reason: { code: 'failure.interrupted', params: { cause } },
});

/** A failure as it is stored and shown. */
export interface Failure {
  readonly class: FailureClass;
  readonly reason: FailureReason;
  readonly receiverText: string | null;
}

const RECEIVER_TEXT_CHARS_MAX = 500;

export const failureOf = (outcome: Exclude<Outcome, { kind: 'sent' }>): Failure => ({
  class: outcome.kind === 'interrupted' ? 'interrupted' : outcome.class,
  reason: outcome.reason,
  receiverText: outcome.receiverText
    ? boundedText(outcome.receiverText, RECEIVER_TEXT_CHARS_MAX)
    : null,
});
