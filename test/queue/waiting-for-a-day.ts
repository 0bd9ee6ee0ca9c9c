import { CoreFixture, firing } from '../support/core-fixture.ts';
import { HttpReceiver, status } from '../support/http-receiver.ts';

/** 503, with the wish for a day of patience. */
export const patience = status(503, { 'retry-after': '86400' });

/** A core with a webhook whose receiver answers 503 and wants to be left alone for a day. */
export async function waitingForADay(rows = 1) {
  const receiver = await HttpReceiver.start();
  const fixture = await CoreFixture.start();
  receiver.respond = patience;
  const channelId = await fixture.addChannel(receiver.url);
  for (let n = 0; n < rows; n++) {
    await fixture.core.alerts.ingest([firing({ dedupKey: String(n) })]);
    await fixture.quiet();
  }
  return { fixture, receiver, channelId };
}

/** Returns true if everything was sent. */
export const isSent = (fixture: CoreFixture) => fixture.statuses().every((it) => it === 'sent');
