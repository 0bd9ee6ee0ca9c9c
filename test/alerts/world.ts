import fc from 'fast-check';
import type { NotificationEvent } from '../../main/contract/notification.ts';
import { routeInput } from '../../main/contract/route.ts';
import { CoreFixture, firing, resolved } from '../support/core-fixture.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** Two conditions on one host, so that grouping, inhibition and silences have something to tell apart. */
const KINDS = ['disk', 'ups'] as const;
const kind = fc.constantFrom(...KINDS);

/** The steps that a world may take, in any order. */
export const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('fire'), kind }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('worsen'), kind }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('resolve'), kind }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('wait'), ms: waits() }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('flip'), kind, times: fc.integer({ min: 2, max: 6 }) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom('acknowledge', 'unacknowledge', 'by hand', 'snooze', 'unsnooze'),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom('silence', 'unsilence', 'pause', 'unpause', 'inhibit', 'uninhibit'),
      kind,
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('restart'), ms: waits() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('clock'), ms: jumps() }) },
);
export type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

function waits() {
  return fc.constantFrom(SECOND_MS, 20 * SECOND_MS, 2 * MINUTE_MS, 20 * MINUTE_MS, 3 * HOUR_MS);
}

function jumps() {
  return fc.constantFrom(-HOUR_MS, -MINUTE_MS, MINUTE_MS, 9 * HOUR_MS);
}

/** How the world's channels are led to; `none` leaves it to the default. */
export const ROUTES = {
  none: null,
  plain: {},
  grouped: { group: { by: ['host'], waitMs: 15_000 } },
  held: { holdForMs: MINUTE_MS },
  settling: { resolvedForMs: MINUTE_MS },
  reminded: { reminder: { intervalMs: 5 * MINUTE_MS, max: 2 } },
  louder: { reminder: { intervalMs: MINUTE_MS, max: 4, louder: true } },
} as const;

export interface Row {
  readonly seq: number;
  readonly alert_id: string;
  readonly condition_id: number;
  readonly channel_id: string;
  readonly event: NotificationEvent;
  readonly status: string;
  readonly cancel_reason: string | null;
  readonly snapshot: string;
}

/** A running core with two channels for people, and the rules it has been given. */
export class World {
  readonly fixture: CoreFixture;
  /** The notices shown although a silence, a pause or an acknowledgement was on. */
  readonly broken: string[] = [];
  #silences: string[] = [];
  #inhibitions: string[] = [];

  constructor(fixture: CoreFixture) {
    this.fixture = fixture;
    fixture.onNotice = ({ title, body }) => {
      const now = fixture.clock.now();
      if (fixture.core.pause.current() !== null) this.broken.push(`paused: ${title}`);
      const repeated = /^Still [A-Z]+: (\w+) on nas$/.exec(title)?.[1];
      if (repeated !== undefined && this.#isAcknowledged(repeated))
        this.broken.push(`acknowledged: ${title}`);
      for (const about of KINDS) {
        const alert = { ...firing({ kind: about }), id: about };
        const speaks = `${title}\n${body}`.includes(`${about} on nas`);
        if (speaks && fixture.core.silences.muting(alert, now)) this.broken.push(title);
      }
    };
  }

  static async start(way: keyof typeof ROUTES): Promise<World> {
    const fixture = await CoreFixture.start();
    const a = await fixture.addDesktop({ name: 'a' });
    const b = await fixture.addDesktop({ name: 'b' });
    // Storms have tests of their own; here they would only hide what the other rules do.
    await fixture.update({ stormEnabled: false, flappingThreshold: 4, flappingCooldownMinutes: 5 });
    const route = ROUTES[way];
    if (route) {
      const all = { name: 'all', channelIds: [a], continue: true, ...route };
      const worst = { name: 'worst', minSeverity: 'critical', channelIds: [b] };
      await fixture.core.routes.collection.create(routeInput.parse(all), 'test');
      await fixture.core.routes.collection.create(routeInput.parse(worst), 'test');
    }
    return new World(fixture);
  }

  async take(what: Step): Promise<void> {
    const { core } = this.fixture;
    const about = 'kind' in what ? what.kind : 'disk';
    const ms = 'ms' in what ? what.ms : 0;
    const now = this.fixture.clock.now();
    switch (what.do) {
      case 'fire':
        await core.alerts.ingest([firing({ kind: about })]);
        break;
      case 'worsen':
        await core.alerts.ingest([firing({ kind: about, severity: 'critical' })]);
        break;
      case 'resolve':
        await core.alerts.ingest([resolved({ kind: about })]);
        break;
      case 'flip':
        for (let n = 0; n < what.times; n++) {
          await core.alerts.ingest([
            n % 2 === 0 ? firing({ kind: about }) : resolved({ kind: about }),
          ]);
          await this.fixture.pass(5 * SECOND_MS);
        }
        break;
      case 'wait':
        await this.fixture.pass(ms);
        break;
      case 'acknowledge':
      case 'unacknowledge':
      case 'unsnooze':
        await this.#act(what.do);
        break;
      case 'by hand':
        await this.#act('resolve');
        break;
      case 'snooze': {
        const newest = this.#newestId();
        const action = { kind: 'snooze', durationMs: 10 * MINUTE_MS } as const;
        if (newest) await core.alerts.act(newest, action, 'test');
        break;
      }
      case 'silence': {
        const silence = { matchers: [`kind="${about}"`], comment: '', endsAt: now + HOUR_MS };
        const made = await core.silences.collection.create(silence, 'test');
        if (made.ok) this.#silences.push(made.value.id);
        break;
      }
      case 'unsilence':
        for (const id of this.#silences.splice(0)) await core.silences.expire(id, 'test');
        break;
      case 'pause':
        await core.pause.begin(30 * MINUTE_MS, 'test');
        break;
      case 'unpause':
        await core.pause.end('test');
        break;
      case 'inhibit':
        await this.#inhibit();
        break;
      case 'uninhibit':
        for (const id of this.#inhibitions.splice(0))
          await core.inhibitions.collection.delete(id, 'test');
        break;
      case 'restart':
        await this.fixture.restart(ms);
        break;
      case 'clock':
        this.fixture.clock.setWallBy(ms);
        core.scheduler.wake();
        break;
    }
    await this.fixture.quiet();
  }

  #isAcknowledged(kind: string): boolean {
    const open = this.alerts().find((alert) => alert.kind === kind && alert.closedAt === null);
    return open?.state === 'acknowledged';
  }

  async #act(action: 'acknowledge' | 'unacknowledge' | 'unsnooze' | 'resolve'): Promise<void> {
    const newest = this.#newestId();
    if (newest) await this.fixture.core.alerts.act(newest, { kind: action }, 'test');
  }

  async #inhibit(): Promise<void> {
    const made = await this.fixture.core.inhibitions.collection.create(
      {
        name: `ups ${this.#inhibitions.length}`,
        enabled: true,
        sourceMatchers: ['kind="ups"'],
        targetMatchers: ['kind="disk"'],
        equal: ['host'],
      },
      'test',
    );
    if (made.ok) this.#inhibitions.push(made.value.id);
  }

  #newestId(): string | undefined {
    const page = this.fixture.core.alerts.list({ limit: 1 });
    return page.ok ? page.value.items[0]?.id : undefined;
  }

  /** Lets every reason to keep quiet end, and everything that it held be sent. */
  async lift(): Promise<void> {
    await this.take({ do: 'unsilence', kind: 'disk' });
    await this.take({ do: 'uninhibit', kind: 'disk' });
    await this.take({ do: 'unpause', kind: 'disk' });
    await this.fixture.pass(4 * HOUR_MS);
  }

  rows(): Row[] {
    return this.fixture.db.all(
      'SELECT * FROM notifications WHERE alert_id IS NOT NULL ORDER BY seq',
    );
  }

  alerts() {
    const page = this.fixture.core.alerts.list({ limit: 200 });
    if (!page.ok) throw new Error(page.error.message);
    return page.value.items;
  }
}
