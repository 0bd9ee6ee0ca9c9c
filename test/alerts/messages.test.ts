import { describe, expect, test } from 'vitest';
import type { InboundMessage, StoredMessage } from '../../main/domain/inbound-message.ts';
import { CoreFixture, EXACT, firing, resolved } from '../support/core-fixture.ts';
import { HttpReceiver, status } from '../support/http-receiver.ts';
import { valueOf } from './rules/quiet-reasons.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const message = (over: Partial<InboundMessage> = {}): InboundMessage => ({
  source: 'ntfy',
  topic: 'backups',
  title: 'Backup',
  text: 'failed',
  severity: 'warning',
  labels: {},
  annotations: {},
  url: null,
  sequenceId: null,
  idempotencyKey: null,
  isRecovery: false,
  notBefore: null,
  ...over,
});

async function send(fixture: CoreFixture, ...over: Partial<InboundMessage>[]) {
  const stored = await fixture.core.alerts.ingestReport([], over.map(message));
  await fixture.quiet();
  return stored[0] as StoredMessage;
}

const states = (fixture: CoreFixture): string[] =>
  valueOf(fixture.core.alerts.list({ limit: 50 })).items.map(({ state }) => state);

const texts = (receiver: HttpReceiver): string[] =>
  receiver.webhooks().map(({ data }) => data.text.replaceAll('\n', ' | '));

/** A desktop channel takes it at once; a webhook's answer is the test's to choose. */
async function lab(maxAttempts = 2) {
  const receiver = await HttpReceiver.start();
  const fixture = await CoreFixture.start();
  const id = await fixture.addChannel(receiver.url, { ...EXACT, maxAttempts });
  return {
    receiver,
    fixture,
    id,
    async [Symbol.asyncDispose]() {
      await fixture[Symbol.asyncDispose]();
      await receiver[Symbol.asyncDispose]();
    },
  };
}

describe('a message', () => {
  test('is sent as written, and its alert closes without a notification', async () => {
    await using it = await lab();
    const stored = await send(it.fixture, {});
    expect(stored.shortId).toMatch(/^[0-9A-Za-z]{12}$/);
    expect(texts(it.receiver)).toEqual(['Backup | failed']);
    expect(it.fixture.outbox()).toEqual(['raised sent']);
    const { alert, timeline } = it.fixture.newest();
    expect(alert).toMatchObject({
      id: stored.alertId,
      kind: 'message',
      host: 'backups',
      state: 'resolved',
      labels: { topic: 'backups', title: 'Backup' },
    });
    expect(timeline.map(({ type }) => type)).toEqual(['raised', 'resolved']);
  });

  test('notifies every time, however often it says the same', async () => {
    await using it = await lab();
    for (let n = 0; n < 12; n += 1) await send(it.fixture, {});
    expect(it.fixture.delivered(it.id)).toHaveLength(12);
    expect(new Set(states(it.fixture))).toEqual(new Set(['resolved']));
    expect(it.fixture.core.alerts.flapping({}).items).toEqual([]);
  });

  test('that goes to nobody closes at once, and says so', async () => {
    await using fixture = await CoreFixture.start();
    await send(fixture, {});
    const { alert, timeline } = fixture.newest();
    expect(alert.state).toBe('resolved');
    expect(timeline.map(({ type }) => type)).toEqual(['raised', 'dropped', 'resolved']);
  });

  test('stays open while anything of it is queued, and neither expires nor acknowledges itself', async () => {
    await using it = await lab();
    await it.fixture.update({ maxAlertAgeDays: 1, autoAcknowledgeAfterHours: 1 });
    await it.fixture.core.pause.begin(36 * HOUR_MS, 'test');
    await send(it.fixture, {});
    await it.fixture.pass(30 * HOUR_MS);
    expect(it.fixture.newest().alert.state).toBe('open');
    await it.fixture.pass(7 * HOUR_MS);
    expect(texts(it.receiver)).toEqual(['Backup | failed']);
    expect(states(it.fixture)).toEqual(['resolved']);
  });

  test('whose dead letter is all that is left closes, and can be requeued', async () => {
    await using it = await lab();
    it.receiver.respond = status(400);
    await send(it.fixture, {});
    expect(it.fixture.outbox()).toEqual(['raised dead']);
    expect(states(it.fixture)).toEqual(['resolved']);
    const { deadLetters, notifications } = it.fixture.core;
    expect(deadLetters.groups().groups).toMatchObject([{ count: 1, obsolete: 0 }]);
    const [id = ''] = it.fixture.ids();
    expect(notifications.get(id)?.obsolete).toBe(false);
    it.receiver.respond = status(204);
    valueOf(await notifications.requeue(id, 'test'));
    await it.fixture.quiet();
    expect(texts(it.receiver).at(-1)).toBe('Backup | failed');
  });

  test('that died while its channel was down is requeued automatically with the rest', async () => {
    await using it = await lab();
    it.receiver.respond = status(503);
    await send(it.fixture, {}, { title: 'Two' }, { title: 'Three' }, { title: 'Four' });
    await it.fixture.pass(90 * MINUTE_MS);
    expect(new Set(it.fixture.statuses())).toEqual(new Set(['dead']));
    it.receiver.respond = status(204);
    await send(it.fixture, { title: 'Five' });
    await it.fixture.pass(MINUTE_MS);
    expect(it.fixture.delivered(it.id)).toHaveLength(5);
  });

  test('a person may close: what still waits is given up, and nobody hears of that', async () => {
    await using it = await lab(5);
    it.receiver.respond = status(503);
    const { alertId } = await send(it.fixture, {});
    valueOf(await it.fixture.core.alerts.act(alertId, { kind: 'resolve' }, 'test'));
    expect(it.fixture.outbox()).toEqual(['raised cancelled']);
  });
});

describe('a sequence', () => {
  test('replaces the open message: the newer one is sent, the older is not', async () => {
    await using it = await lab(5);
    it.receiver.respond = status(503);
    await send(it.fixture, { sequenceId: 'copy', text: '10 %' });
    it.receiver.respond = status(204);
    const second = await send(it.fixture, { sequenceId: 'copy', text: '50 %' });
    expect(it.fixture.outbox()).toEqual(['raised cancelled', 'raised sent']);
    expect(it.fixture.newest().alert).toMatchObject({ id: second.alertId, occurrences: 2 });
    expect(texts(it.receiver).at(-1)).toBe('Backup | 50 %');
    expect(states(it.fixture)).toEqual(['resolved']);
  });

  test('goes on after it was settled, as a separate message', async () => {
    await using it = await lab();
    const first = await send(it.fixture, { text: '10 %' });
    const second = await send(it.fixture, { sequenceId: first.sequenceId, text: '50 %' });
    expect(second.alertId).not.toBe(first.alertId);
    expect(second.shortId).not.toBe(first.shortId);
    expect(it.fixture.delivered(it.id)).toEqual(['raised', 'raised']);
  });

  test('a row on its way when it is replaced is not tried again', async () => {
    await using it = await lab(5);
    let release: () => void = () => undefined;
    it.receiver.respond = (response) => (release = () => response.writeHead(503).end());
    await it.fixture.core.alerts.ingestReport([], [message({ sequenceId: 'copy' })]);
    await it.receiver.count(1);
    it.fixture.clock.advance(SECOND_MS);
    await it.fixture.core.alerts.ingestReport([], [message({ sequenceId: 'copy', text: 'done' })]);
    it.receiver.respond = status(204);
    release();
    await it.fixture.quiet();
    expect(it.fixture.outbox()).toEqual(['raised cancelled', 'raised sent']);
  });

  test('may have the name of a condition that somebody reported', async () => {
    await using it = await lab();
    const clash = { source: 'ntfy', host: 'backups', kind: 'message', dedupKey: 'copy' };
    await it.fixture.core.alerts.ingest([firing(clash)]);
    await send(it.fixture, { sequenceId: 'copy' });
    expect(texts(it.receiver).at(-1)).toBe('Backup | failed');
    await it.fixture.core.alerts.ingest([resolved(clash)]);
    await it.fixture.quiet();
    expect(states(it.fixture)).toEqual(['resolved']);
  });
});

describe('a condition that goes by the name of an open message', () => {
  const clash = { source: 'ntfy', host: 'backups', kind: 'message', dedupKey: 'copy' };

  async function waitingMessage(it: Awaited<ReturnType<typeof lab>>): Promise<void> {
    it.receiver.respond = status(503);
    await send(it.fixture, { sequenceId: 'copy' });
    expect(states(it.fixture)[0]).toBe('open');
    it.receiver.respond = status(204);
  }

  test('is sent, and lasts until it is over', async () => {
    await using it = await lab();
    await waitingMessage(it);
    const [applied] = await it.fixture.core.alerts.ingest([firing(clash)]);
    await it.fixture.quiet();
    expect(applied?.action).toBe('raised');
    expect(it.fixture.outbox()).toEqual(['raised cancelled', 'raised sent']);
    expect(states(it.fixture)).toEqual(['open', 'resolved']);
    await it.fixture.core.alerts.ingest([resolved(clash)]);
    await it.fixture.quiet();
    expect(it.fixture.delivered(it.id)).toEqual(['raised', 'resolved']);
  });

  test('keeps it from nothing by its end, since a message does not end', async () => {
    await using it = await lab();
    await waitingMessage(it);
    expect(await it.fixture.core.alerts.ingest([resolved(clash)])).toEqual([
      { alertId: null, action: 'ignored' },
    ]);
    await it.fixture.pass(MINUTE_MS);
    expect(it.fixture.outbox()).toEqual(['raised sent']);
  });

  test('is not raised when a person has resolved that episode already', async () => {
    await using it = await lab();
    const occurredAt = it.fixture.clock.now();
    await it.fixture.core.alerts.ingest([firing({ ...clash, occurredAt })]);
    await it.fixture.core.alerts.act(it.fixture.newest().alert.id, { kind: 'resolve' }, 'window');
    await it.fixture.quiet();
    await waitingMessage(it);
    await it.fixture.core.alerts.ingest([firing({ ...clash, occurredAt })]);
    await it.fixture.pass(MINUTE_MS);
    expect(it.fixture.delivered(it.id)).toEqual(['raised', 'resolved', 'raised']);
    expect(states(it.fixture)).toEqual(['resolved', 'resolved']);
  });
});

test('what is sent twice under one key is delivered once', async () => {
  await using it = await lab();
  const first = await send(it.fixture, { idempotencyKey: 'k' });
  expect(await send(it.fixture, { idempotencyKey: 'k' })).toEqual(first);
  expect(it.fixture.delivered(it.id)).toHaveLength(1);
  await send(it.fixture, { idempotencyKey: 'k', topic: 'other' });
  expect(it.fixture.delivered(it.id)).toHaveLength(2);
});

test('a sender whose key never changes is heard all the same', async () => {
  await using it = await lab();
  await send(it.fixture, { idempotencyKey: 'backup.sh', text: 'went well', severity: 'info' });
  await send(it.fixture, { idempotencyKey: 'backup.sh', severity: 'critical' });
  expect(texts(it.receiver)).toEqual(['Backup | went well', 'Backup | failed']);
});

test('a resolved message closes what is open of the same topic and title, and is sent itself', async () => {
  await using it = await lab(5);
  it.receiver.respond = status(503);
  await send(it.fixture, {}, { title: 'Scrub' }, { topic: 'other' });
  it.receiver.respond = status(204);
  await send(it.fixture, { isRecovery: true, text: 'went well', severity: 'info' });
  await it.fixture.pass(5 * MINUTE_MS);
  expect(it.fixture.outbox()).toEqual([
    'raised cancelled',
    'raised sent',
    'raised sent',
    'raised sent',
  ]);
  expect(texts(it.receiver)).toContain('Backup | went well');
  expect(new Set(states(it.fixture))).toEqual(new Set(['resolved']));
});

describe('its own time', () => {
  test('is waited for, over a restart', async () => {
    await using it = await lab();
    await send(it.fixture, { notBefore: it.fixture.clock.now() + 2 * DAY_MS });
    expect(it.fixture.newest().timeline.map(({ type }) => type)).toEqual(['raised', 'held']);
    await it.fixture.restart(DAY_MS);
    await it.fixture.pass(DAY_MS - MINUTE_MS);
    expect(it.fixture.outbox()).toEqual(['raised pending']);
    await it.fixture.pass(2 * MINUTE_MS);
    expect(it.fixture.outbox()).toEqual(['raised sent']);
    expect(states(it.fixture)).toEqual(['resolved']);
  });
});

test('a crash between the last attempt and the closing leaves nothing open', async () => {
  await using it = await lab();
  await it.fixture.core.worker.stop();
  await it.fixture.core.alerts.ingestReport([], [message()]);
  it.fixture.db.run(
    "UPDATE notifications SET status = 'sent', due_at = NULL WHERE status = 'pending'",
  );
  expect(states(it.fixture)).toEqual(['open']);
  await it.fixture.restart();
  expect(states(it.fixture)).toEqual(['resolved']);
});

test('a crash before it was sent leaves it open, and it is sent', async () => {
  await using it = await lab();
  await it.fixture.core.worker.stop();
  await it.fixture.core.alerts.ingestReport([], [message()]);
  await it.fixture.restart();
  expect(texts(it.receiver)).toEqual(['Backup | failed']);
  expect(states(it.fixture)).toEqual(['resolved']);
});
