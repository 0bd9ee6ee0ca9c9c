import { describe, expect, test } from 'vitest';
import { CoreFixture, firing } from '../support/core-fixture.ts';

const ROWS = 6_000;
const STEP_MS = 20;
const START_MS = 60_000;

/** Stores alerts that have closed, behind the core's back, as a version without an index left them. */
function storeClosed(fixture: CoreFixture, rows: number): void {
  fixture.db.exec(`
    INSERT OR IGNORE INTO conditions (id, source, host, kind, dedup_key) VALUES (1, 'api', 'nas', 'k', 'old');
    WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ${rows})
    INSERT INTO alerts (id, condition_id, source, host, kind, dedup_key, state, severity, peak_severity,
      message, labels, annotations, started_at, last_seen_at, unseen_from, state_from, occurrences, closed_at)
    SELECT 'old ' || n, 1, 'api', 'nas', 'k', 'old', 'resolved', 'info', 'info', 'words', '{}', '{}', 0, 0, 0, 0, 1,
      ${fixture.clock.now()} FROM numbers`);
}

const alerts = (fixture: CoreFixture) => fixture.core.tables.searchIndexes[0];

/** Lets time pass step by step, with turns of the loop for the writes. */
async function pass(fixture: CoreFixture, ms: number, stepMs = STEP_MS): Promise<void> {
  for (let passed = 0; passed < ms; passed += stepMs) {
    fixture.clock.advance(stepMs);
    for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate);
  }
}

describe('the indexes of searches', () => {
  test('are filled a minute after the start, and further after a restart', async () => {
    await using fixture = await CoreFixture.start();
    storeClosed(fixture, ROWS);
    await pass(fixture, START_MS - 1_000, 1_000);
    expect(alerts(fixture).through()).toBe(0);
    await pass(fixture, 1_000 + 10 * STEP_MS);
    const through = alerts(fixture).through();
    expect(through).toBeGreaterThan(0);
    expect(through).toBeLessThan(ROWS / 2);
    await fixture.restart();
    expect(alerts(fixture).through()).toBe(through);
    await pass(fixture, START_MS, 1_000);
    await pass(fixture, 6_000);
    // The last few are not worth a write.
    expect(alerts(fixture).behind()).toBeLessThan(ROWS - through);
  });

  test('leave alone what a search reads quickly anyway', async () => {
    await using fixture = await CoreFixture.start();
    storeClosed(fixture, 1_000);
    await fixture.core.alerts.ingest([firing()]);
    await pass(fixture, 2 * START_MS, 1_000);
    expect(alerts(fixture).through()).toBe(0);
  });

  test('wait while others write, but not for long', async () => {
    await using fixture = await CoreFixture.start();
    storeClosed(fixture, ROWS);
    await pass(fixture, START_MS, 1_000);
    const before = alerts(fixture).through();
    const write = async (seconds: number) => {
      for (let n = 0; n < seconds * 10; n++) {
        await fixture.core.alerts.ingest([firing({ dedupKey: String(n) })]);
        await pass(fixture, 100, 100);
      }
    };
    await write(5);
    expect(alerts(fixture).through()).toBeLessThanOrEqual(before + 64);
    await write(15);
    expect(alerts(fixture).through()).toBeGreaterThan(before);
    expect(alerts(fixture).through()).toBeLessThan(before + 4 * 64);
  });
});
