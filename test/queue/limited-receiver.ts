import { firing, type CoreFixture } from '../support/core-fixture.ts';
import { status, type HttpReceiver, type Respond } from '../support/http-receiver.ts';

/** A receiver that takes one message in `everyMs` by the test's clock and refuses the rest. */
export class LimitedReceiver {
  readonly acceptedAt: number[] = [];
  readonly refusedAt: number[] = [];
  readonly #receiver: HttpReceiver;

  constructor(
    fixture: CoreFixture,
    receiver: HttpReceiver,
    everyMs: number,
    headers: Record<string, string> = {},
  ) {
    this.#receiver = receiver;
    receiver.respond = (response, request) => {
      const now = fixture.clock.now();
      const isFree = now - (this.acceptedAt.at(-1) ?? 0) >= everyMs;
      (isFree ? this.acceptedAt : this.refusedAt).push(now);
      (isFree ? status(204) : status(429, headers))(response, request);
    };
  }

  /** How many different notifications were accepted. */
  get delivered(): number {
    return new Set(this.#receiver.webhooks().map(({ data }) => data.notificationId)).size;
  }
}

export const RETRY_AFTER_A_SECOND = { 'retry-after': '1' };

export async function raiseCritical(
  fixture: CoreFixture,
  count: number,
  prefix = '',
): Promise<void> {
  const event = (n: number) => firing({ severity: 'critical', dedupKey: `${prefix}${n}` });
  await fixture.core.alerts.ingest(Array.from({ length: count }, (_, n) => event(n)));
}

/** Notes when requests came, and answers each in the same way. */
export function arrivals(fixture: CoreFixture, receiver: HttpReceiver, respond: Respond): number[] {
  const at: number[] = [];
  const startedAt = fixture.clock.now();
  receiver.respond = (response, request) => {
    at.push(fixture.clock.now() - startedAt);
    respond(response, request);
  };
  return at;
}

/** Counts the messages that a limit holds, as the metrics hear of them. */
export function heldMessages(fixture: CoreFixture): () => number {
  let held = 0;
  fixture.core.writer.onCommitted(({ facts }) => {
    held += facts.filter(({ type }) => type === 'rate_limited').length;
  });
  return () => held;
}
