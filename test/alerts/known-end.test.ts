/** @module-tag slow */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ConditionEvent } from '../../main/domain/condition-event.ts';
import { CoreFixture, firing, resolved } from '../support/core-fixture.ts';

const SECOND_MS = 1_000;
const DAY_MS = 86_400_000;

async function apply(fixture: CoreFixture, ...events: ConditionEvent[]) {
  return (await fixture.core.alerts.ingest(events)).map(({ action }) => action);
}

const openCount = (fixture: CoreFixture): number | null =>
  fixture.db.value<number>('SELECT count(*) FROM alerts WHERE closed_at IS NULL');

/** Reports with stamps in seconds before now. */
const reports = (fixture: CoreFixture) => {
  const now = fixture.clock.now();
  return {
    fires: (ago: number, over: Partial<ConditionEvent> = {}) =>
      firing({ occurredAt: now - ago * SECOND_MS, ...over }),
    ends: (ago: number) => resolved({ occurredAt: now - ago * SECOND_MS }),
  };
};

describe('a firing that is older than the known end of its condition', () => {
  test('opens nothing when it is sent once more after the end', async () => {
    await using fixture = await CoreFixture.start();
    const { fires, ends } = reports(fixture);
    expect(await apply(fixture, fires(60), ends(30), fires(60), fires(45))).toEqual([
      'raised',
      'resolved',
      'ignored',
      'ignored',
    ]);
    expect(openCount(fixture)).toBe(0);
  });

  test('opens nothing when its end arrived first, also after a restart', async () => {
    await using fixture = await CoreFixture.start();
    const { fires, ends } = reports(fixture);
    expect(await apply(fixture, ends(30))).toEqual(['ignored']);
    await fixture.restart();
    expect(await apply(fixture, fires(60))).toEqual(['ignored']);
    expect(await apply(fixture, fires(20))).toEqual(['raised']);
  });

  test('opens nothing when the end had no time, which means that it ended on arrival', async () => {
    await using fixture = await CoreFixture.start();
    const { fires } = reports(fixture);
    expect(await apply(fixture, fires(60), resolved(), fires(60), fires(30))).toEqual([
      'raised',
      'resolved',
      'ignored',
      'ignored',
    ]);
  });

  test('opens nothing when its alert expired after an older end had been ignored', async () => {
    await using fixture = await CoreFixture.start();
    const { fires, ends } = reports(fixture);
    expect(await apply(fixture, fires(20), ends(30))).toEqual(['raised', 'ignored']);
    await fixture.pass(8 * DAY_MS);
    expect(openCount(fixture)).toBe(0);
    expect(await apply(fixture, fires(40))).toEqual(['ignored']);
  });

  test('raises all the same when it carries an end in the future; the old end closes it no more', async () => {
    await using fixture = await CoreFixture.start();
    const { fires, ends } = reports(fixture);
    const endsAt = fixture.clock.now() + 60 * SECOND_MS;
    await apply(fixture, fires(60), ends(30));
    expect(await apply(fixture, fires(60, { firesNow: true, endsAt }), ends(30), ends(29))).toEqual(
      ['raised', 'ignored', 'resolved'],
    );
  });
});

describe('an end that is older than what was reported as firing', () => {
  test.each([
    ['by a later stamp', { occurredAt: true }],
    ['without a time, which means now', { occurredAt: false }],
  ])('closes nothing when the firing was reported %s', async (_case, { occurredAt }) => {
    await using fixture = await CoreFixture.start();
    const { fires, ends } = reports(fixture);
    const again = occurredAt ? fires(20) : firing();
    expect(await apply(fixture, fires(60), again, ends(30))).toEqual([
      'raised',
      'touched',
      'ignored',
    ]);
  });
});

describe('an episode', () => {
  test('that begins with the very stamp of the last end is a new one', async () => {
    await using fixture = await CoreFixture.start();
    const { fires, ends } = reports(fixture);
    expect(await apply(fixture, fires(60), ends(30), fires(30), ends(30), fires(30))).toEqual([
      'raised',
      'resolved',
      'raised',
      'resolved',
      'ignored',
    ]);
  });

  test('is raised by a firing without a time, whatever end is known', async () => {
    await using fixture = await CoreFixture.start();
    const { ends } = reports(fixture);
    expect(await apply(fixture, ends(-2), firing())).toEqual(['ignored', 'raised']);
  });

  test('is raised by a sender whose clock is a little behind an end without a time', async () => {
    await using fixture = await CoreFixture.start();
    const { fires } = reports(fixture);
    expect(await apply(fixture, fires(9), resolved(), fires(5))).toEqual([
      'raised',
      'resolved',
      'raised',
    ]);
  });

  test('is raised after an end that a wrong clock has put into next year', async () => {
    await using fixture = await CoreFixture.start();
    const { fires, ends } = reports(fixture);
    expect(await apply(fixture, ends(-365 * 86_400))).toEqual(['ignored']);
    expect(await apply(fixture, fires(60), fires(0))).toEqual(['ignored', 'raised']);
  });

  test('is raised after an end and a firing that a clock an hour ahead has stamped', async () => {
    await using fixture = await CoreFixture.start();
    const { fires, ends } = reports(fixture);
    expect(await apply(fixture, fires(-3_600), ends(-3_601), fires(0))).toEqual([
      'raised',
      'resolved',
      'raised',
    ]);
  });

  test('is raised after a clock an hour ahead was set right, though a person resolved the last one', async () => {
    await using fixture = await CoreFixture.start();
    const { fires } = reports(fixture);
    const [ahead] = await fixture.core.alerts.ingest([fires(-3_600)]);
    await fixture.core.alerts.act(ahead?.alertId ?? '', { kind: 'resolve' }, 'ann');
    expect(await apply(fixture, fires(-3_600), fires(0))).toEqual(['ignored', 'raised']);
  });

  test('is raised after our own clock, which was a year ahead, was set right', async () => {
    await using fixture = await CoreFixture.start();
    const { fires } = reports(fixture);
    await apply(fixture, resolved());
    fixture.clock.setWallBy(-365 * DAY_MS);
    const lastYear = fires(365 * 86_400 - 1);
    expect(await apply(fixture, lastYear)).toEqual(['raised']);
  });
});

const stamped = fc.uniqueArray(
  fc.record({ ago: fc.integer({ min: 1, max: 3_600 }), fires: fc.boolean() }),
  { selector: ({ ago }) => ago, minLength: 1, maxLength: 8 },
);

test('whatever order stamped reports arrive in, the condition ends as the newest says', async () => {
  await fc.assert(
    fc.asyncProperty(
      stamped.chain((set) =>
        fc.tuple(
          fc.constant(set),
          // Some arrive more than once.
          fc.array(fc.constantFrom(...set), { maxLength: 6 }),
          fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
        ),
      ),
      async ([set, repeats, keys]) => {
        await using fixture = await CoreFixture.start();
        const { fires, ends } = reports(fixture);
        const shuffled = [...set, ...repeats]
          .map((report) => ({ report, key: keys.next().value as number }))
          .sort((a, b) => a.key - b.key);
        for (const { report } of shuffled) {
          await apply(fixture, report.fires ? fires(report.ago) : ends(report.ago));
        }
        const newest = set.toSorted((a, b) => a.ago - b.ago)[0];
        expect(openCount(fixture)).toBe(newest?.fires ? 1 : 0);
      },
    ),
    { numRuns: 60 },
  );
});

test('an end of which nothing else is known is forgotten once it is old', async () => {
  await using fixture = await CoreFixture.start();
  const { ends } = reports(fixture);
  await apply(fixture, ends(30));
  const conditions = () => fixture.db.value('SELECT count(*) FROM conditions');
  expect(conditions()).toBe(1);
  await fixture.pass(8 * DAY_MS);
  expect(conditions()).toBe(0);
});
