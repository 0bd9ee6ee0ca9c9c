import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CoreFixture, EXACT, firing, resolved } from '../support/core-fixture.ts';
import { HttpReceiver, status, type Respond } from '../support/http-receiver.ts';

const MINUTE_MS = 60_000;
const MAX_ATTEMPTS = 3;
const RETRY = { ...EXACT, maxAttempts: MAX_ATTEMPTS };

const answer = fc.constantFrom(204, 204, 503, 503, 401, 404, 410, 429, 'reset');
const which = fc.nat({ max: 30 });

/** What receivers, senders and operators do, in any order. */
const moment = fc.oneof(
  fc.record({ does: fc.constant('fire'), what: fc.nat({ max: 3 }) }),
  fc.record({ does: fc.constant('resolve'), what: fc.nat({ max: 3 }) }),
  fc.record({ does: fc.constant('answer'), of: fc.nat({ max: 1 }), as: answer }),
  fc.record({ does: fc.constantFrom('requeue', 'discard', 'undo'), which }),
  fc.record({ does: fc.constantFrom('requeue all', 'discard all') }),
  fc.record({ does: fc.constantFrom('edit', 'disable', 'enable', 'test'), of: fc.nat({ max: 1 }) }),
  fc.record({ does: fc.constant('pass'), ms: fc.integer({ min: 0, max: 20 * MINUTE_MS }) }),
  fc.record({ does: fc.constant('restart'), downMs: fc.nat({ max: MINUTE_MS }) }),
);
type Moment = typeof moment extends fc.Arbitrary<infer T> ? T : never;

const reset: Respond = (response) => response.destroy();
const respondAs = (as: string | number): Respond => (typeof as === 'number' ? status(as) : reset);

/** Two channels, of which the second is the first one's fallback. */
class Lab implements AsyncDisposable {
  readonly receivers: readonly HttpReceiver[];
  readonly fixture: CoreFixture;
  readonly #channels: string[] = [];
  /** What was taken, by its idempotency key. */
  readonly taken = new Set<string>();

  private constructor(fixture: CoreFixture, receivers: readonly HttpReceiver[]) {
    this.fixture = fixture;
    this.receivers = receivers;
  }

  static async start(): Promise<Lab> {
    const receivers = [await HttpReceiver.start(), await HttpReceiver.start()];
    const lab = new Lab(await CoreFixture.start(), receivers);
    for (const receiver of receivers.toReversed()) {
      lab.answers(receiver, 204);
      const fallbackChannelId = lab.#channels[0] ?? null;
      lab.#channels.unshift(
        await lab.fixture.addChannel(receiver.url, RETRY, { fallbackChannelId }),
      );
    }
    return lab;
  }

  answers(receiver: HttpReceiver, as: string | number): void {
    receiver.respond = (response, request) => {
      if (as === 204) this.taken.add(String(request.headers['webhook-id']));
      respondAs(as)(response, request);
    };
  }

  channel(of: number): string {
    return this.#channels[of] ?? '';
  }

  async mend(of: number): Promise<void> {
    const config = { url: this.receivers[of]?.url ?? '' };
    const patch = { id: this.channel(of), config, enabled: true };
    const mended = await this.fixture.core.channels.update(patch, 'test');
    expect(mended.ok).toBe(true);
  }

  async does(it: Moment): Promise<void> {
    const { fixture } = this;
    const { alerts, notifications, channels, bulk } = fixture.core;
    if ('ms' in it) return fixture.pass(it.ms);
    if ('downMs' in it) return fixture.restart(it.downMs);
    if ('as' in it) return this.answers(this.receivers[it.of] ?? fail(), it.as);
    if ('what' in it) {
      const over = { dedupKey: String(it.what) };
      await alerts.ingest([it.does === 'fire' ? firing(over) : resolved(over)]);
    } else if ('which' in it) {
      const ids = fixture.ids();
      const id = ids[it.which % Math.max(1, ids.length)] ?? '';
      if (it.does === 'requeue') await notifications.requeue(id, 'ann');
      else if (it.does === 'discard') await notifications.discard(id, 'ann');
      else await bulk.undoDiscard(id, 'ann');
    } else if ('of' in it) {
      const id = this.channel(it.of);
      if (it.does === 'edit') await this.mend(it.of);
      else if (it.does === 'test') await notifications.test(id, 'ann');
      else await channels.update({ id, enabled: it.does === 'enable' }, 'ann');
    } else {
      const how = it.does === 'requeue all' ? 'requeue' : 'discard';
      await bulk[how]({ filter: {} }, 'ann');
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.fixture[Symbol.asyncDispose]();
    for (const receiver of this.receivers) await receiver[Symbol.asyncDispose]();
  }
}

function fail(): never {
  throw new Error('There is no such receiver');
}

test('whatever happens in whatever order, everything owed has an end once the channels work', async () => {
  const runs = Number(process.env['BELFRY_ANY_ORDER_RUNS'] ?? 12);
  const anyOrder = fc.asyncProperty(fc.array(moment, { maxLength: 40 }), async (moments) => {
    await using lab = await Lab.start();
    const { fixture, receivers } = lab;
    for (const it of moments) await lab.does(it);
    for (const receiver of receivers) lab.answers(receiver, 204);
    for (const of of [0, 1]) await lab.mend(of);
    await fixture.pass(150 * MINUTE_MS);

    for (const of of [0, 1]) {
      expect(fixture.channel(lab.channel(of))).toMatchObject({
        attention: null,
        health: { state: 'closed' },
      });
    }
    for (const [index, id] of fixture.ids().entries()) {
      const row = fixture.detail(index);
      expect(['sent', 'dead', 'cancelled']).toContain(row.status);
      const budgets = Map.groupBy(row.attempts, ({ budget }) => budget);
      for (const tries of budgets.values()) expect(tries.length).toBeLessThanOrEqual(MAX_ATTEMPTS);
      if (row.status === 'sent') expect(lab.taken).toContain(id);
      if (row.status === 'dead') expect(row.lastError).not.toBeNull();
      if (row.status === 'cancelled') expect(row.cancelReason).not.toBeNull();
    }
  });
  await fc.assert(anyOrder, { numRuns: runs });
}, 600_000);
