import { expect } from 'vitest';
import { EXACT, firing, type CoreFixture } from '../support/core-fixture.ts';
import { status, type HttpReceiver } from '../support/http-receiver.ts';

/** So that no row runs out of attempts. */
export const PATIENT = { ...EXACT, maxAttempts: 100 };

/** A channel whose receiver answers 503 to one alert until the channel is down; the alert waits for its sixth try. */
export async function downChannel(receiver: HttpReceiver, fixture: CoreFixture): Promise<string> {
  receiver.respond = status(503);
  const id = await fixture.addChannel(receiver.url, PATIENT);
  await fixture.core.alerts.ingest([firing()]);
  await fixture.pass(900_000);
  expect(fixture.channel(id).health.state).toBe('down');
  expect(receiver.received).toHaveLength(5);
  return id;
}

/** Counts writes of channel rows from here on. */
export function channelWrites(fixture: CoreFixture): () => number {
  fixture.db.exec(`CREATE TEMP TABLE written (id TEXT);
    CREATE TEMP TRIGGER channel_written AFTER UPDATE ON main.channels
    BEGIN INSERT INTO written VALUES (new.id); END`);
  return () => fixture.db.value<number>('SELECT count(*) FROM written') ?? 0;
}
