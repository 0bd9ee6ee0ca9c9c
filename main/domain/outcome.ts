import type { FailureClass } from '../contract/failure-class.ts';

export type TransientClass = Extract<
  FailureClass,
  'timeout' | 'dns' | 'connection' | 'rate_limited' | 'server_error'
>;
export type PermanentClass = Exclude<FailureClass, TransientClass | 'interrupted' | 'channel_down'>;

/** What was asked of the destination and what it said, kept with the attempt. Redacted by the channel before it gets here. */
export interface Answer {
  readonly statusCode?: number;
  readonly responseExcerpt?: string;
  /** What was sent, in a line and without any secret; absent when nothing was. */
  readonly request?: string;
}

/**
 * What became of one attempt. A channel returns it and never throws for a foreseeable failure:
 * only transient failures are worth trying again, and a permanent one's message names the fix.
 */
export type Outcome =
  | ({
      readonly kind: 'sent';
      /** What the service calls this message, so that later ones about the alert answer or replace it. */
      readonly thread?: string;
      /** Fields of the configuration that the service itself says are outdated, with their new values. */
      readonly correction?: Readonly<Record<string, string>>;
    } & Answer)
  | ({
      readonly kind: 'transient';
      readonly class: TransientClass;
      readonly message: string;
      /** The destination's own wish for the wait before the next attempt. */
      readonly retryAfterMs?: number;
      /** The least that its rules ask for between two attempts; our own wait stands if it is longer. */
      readonly waitAtLeastMs?: number;
    } & Answer)
  | ({
      readonly kind: 'permanent';
      readonly class: PermanentClass;
      readonly message: string;
    } & Answer)
  /** The send was cut off by us (crash, shutdown, hung request): nobody knows whether it arrived. */
  | { readonly kind: 'interrupted'; readonly message: string; readonly request?: string };

export const sent = (answer: Answer = {}): Outcome & { kind: 'sent' } => ({
  kind: 'sent',
  ...answer,
});
