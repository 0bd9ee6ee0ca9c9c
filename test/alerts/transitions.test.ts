/** @module-tag slow */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AlertState } from '../../main/contract/alert.ts';
import { ALERT_TRANSITIONS } from '../../main/domain/alert-state.ts';
import { CoreFixture, firing, resolved } from '../support/core-fixture.ts';
import { until } from '../support/until.ts';

const step = fc.constantFrom('firing', 'ending', 'resolved', 'acknowledge', 'by hand', 'wait');
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const states = (fixture: CoreFixture): Map<string, AlertState> => {
  const page = fixture.core.alerts.list({ limit: 200 });
  if (!page.ok) throw new Error(page.error.message);
  return new Map(page.value.items.map(({ id, state }) => [id, state]));
};

async function take(fixture: CoreFixture, what: Step): Promise<void> {
  const { alerts } = fixture.core;
  const now = fixture.clock.now();
  const newest = [...states(fixture).keys()][0];
  if (what === 'firing') await alerts.ingest([firing()]);
  else if (what === 'ending') await alerts.ingest([firing({ endsAt: now + 1_000 })]);
  else if (what === 'resolved') await alerts.ingest([resolved()]);
  else if (what === 'wait') {
    fixture.clock.advance(1_000);
    const due = () => fixture.core.tables.alerts.ended(fixture.clock.now(), 1).length;
    await until(() => due() === 0, 'ends that have passed are acted on');
  } else if (newest !== undefined) {
    const kind = what === 'acknowledge' ? 'acknowledge' : 'resolve';
    await alerts.act(newest, { kind }, 'a');
  }
}

test('whatever happens, alerts move only as the table says, and one at most is not closed', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
      await using fixture = await CoreFixture.start();
      for (const what of steps) {
        const before = states(fixture);
        await take(fixture, what);
        const after = states(fixture);
        for (const [id, state] of after) {
          const was = before.get(id);
          if (was === undefined) expect(state).toBe('open');
          else if (was !== state) expect(ALERT_TRANSITIONS[was]).toContain(state);
        }
        const live = [...after.values()].filter((state) => ALERT_TRANSITIONS[state].length > 0);
        expect(live.length).toBeLessThanOrEqual(1);
      }
    }),
    { numRuns: 40 },
  );
}, 30_000);
