import { maintenanceInput } from '../../../main/contract/suppression.ts';
import { firing, resolved, type CoreFixture } from '../../support/core-fixture.ts';
import { momentText } from '../../support/sentences.ts';

export const HOUR_MS = 3_600_000;
/** The moment at which each of the reasons ends. */
export const ONE = '2026-01-15T13:00:00Z';

/** One way to keep the alert quiet, from noon for one hour. */
interface Reason {
  begin(fixture: CoreFixture): Promise<EndEarly>;
  /** How it ends when it has run its course. */
  end(fixture: CoreFixture, afterMs: number): Promise<void>;
  readonly why: string;
}

type EndEarly = () => Promise<unknown>;

const byTheClock: Reason['end'] = (fixture, afterMs) => fixture.pass(HOUR_MS - afterMs);

export const valueOf = <T>(result: { ok: true; value: T } | { ok: false; error: unknown }): T => {
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
};

export async function silence(
  fixture: CoreFixture,
  over: { matchers?: string[]; endsAt?: number } = {},
) {
  const endsAt = fixture.clock.now() + HOUR_MS;
  const wanted = { matchers: ['host="nas"'], comment: 'new disk', endsAt, ...over };
  return valueOf(await fixture.core.silences.collection.create(wanted, 'ann'));
}

/** The source is on another host, and nothing is asked to be equal. */
export async function inhibit(fixture: CoreFixture): Promise<void> {
  const rule = {
    name: 'power',
    enabled: true,
    sourceMatchers: ['kind="ups_on_battery"'],
    targetMatchers: ['host="nas"'],
    equal: [],
  };
  valueOf(await fixture.core.inhibitions.collection.create(rule, 'ann'));
}

export const SOURCE = { host: 'rack', kind: 'ups_on_battery' };

export const REASONS: Record<string, Reason> = {
  'a silence': {
    begin: async (fixture) => {
      const { id } = await silence(fixture);
      return () => fixture.core.silences.expire(id, 'ann');
    },
    end: byTheClock,
    why: `Silence “new disk” by ann until ${momentText(ONE)}`,
  },
  'a maintenance window': {
    begin: async (fixture) => {
      const now = fixture.clock.now();
      const schedule = { type: 'once', startsAt: now, endsAt: now + HOUR_MS };
      const input = maintenanceInput.parse({ name: 'NAS upgrade', schedule });
      const { id } = valueOf(await fixture.core.maintenance.collection.create(input, 'ann'));
      return () => fixture.core.maintenance.collection.delete(id, 'ann');
    },
    end: byTheClock,
    why: `Maintenance window “NAS upgrade” until ${momentText(ONE)}`,
  },
  'a pause': {
    begin: async (fixture) => {
      await fixture.core.pause.begin(HOUR_MS, 'ann');
      return () => fixture.core.pause.end('ann');
    },
    end: byTheClock,
    why: `All notifications paused until ${momentText(ONE)}`,
  },
  'quiet hours': {
    begin: async (fixture) => {
      const periods = [{ days: [4], from: '11:00', to: '13:00' }];
      const rule = { enabled: true, timeZone: 'UTC', periods, criticalPasses: true };
      await fixture.update({ quietHours: rule });
      await fixture.quiet();
      return () => fixture.update({ quietHours: { enabled: false } });
    },
    end: byTheClock,
    why: `Quiet hours until ${momentText(ONE)}`,
  },
  'an inhibition': {
    begin: async (fixture) => {
      await inhibit(fixture);
      await fixture.core.alerts.ingest([firing(SOURCE)]);
      await fixture.quiet();
      return () => fixture.core.alerts.ingest([resolved(SOURCE)]);
    },
    end: async (fixture, afterMs) => {
      await byTheClock(fixture, afterMs);
      await fixture.core.alerts.ingest([resolved(SOURCE)]);
      await fixture.quiet();
    },
    why: 'Inhibition “power”: ups_on_battery on rack is firing',
  },
};
