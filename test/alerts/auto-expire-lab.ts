import { CoreFixture, firing } from '../support/core-fixture.ts';

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
/** Ages are looked at this often. */
export const LOOK_MS = 600_000;

type Rule = Parameters<CoreFixture['update']>[0];

export const NEVER = {
  maxAlertAgeDays: 0,
  maxAcknowledgedAgeDays: 0,
  autoAcknowledgeAfterHours: 0,
};

/** One alert of which a desktop channel was notified, and no rule about ages but `rule`. */
export async function raised(rule: Rule) {
  const fixture = await CoreFixture.start();
  const channelId = await fixture.addDesktop();
  await fixture.update({ ...NEVER, ...rule });
  await fixture.core.alerts.ingest([firing()]);
  await fixture.quiet();
  const { id } = fixture.newest().alert;
  const act = (kind: 'acknowledge' | 'unacknowledge' | 'resolve') =>
    fixture.core.alerts.act(id, { kind }, 'ann');
  return { fixture, channelId, id, act };
}

export const stateOf = (fixture: CoreFixture): string => fixture.newest().alert.state;

export const types = (fixture: CoreFixture): string[] =>
  fixture.newest().timeline.map(({ type }) => type);

/** Whole hours, each as one step, for what takes days. */
export async function hours(fixture: CoreFixture, count: number): Promise<void> {
  for (let hour = 0; hour < count; hour++) {
    fixture.clock.advance(HOUR_MS);
    await fixture.quiet();
  }
}
