import { connect } from 'node:net';
import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { createApp } from '../../../main/app.ts';
import { routeInput } from '../../../main/contract/route.ts';
import { CoreFixture, firing, resolved } from '../../support/core-fixture.ts';
import { HttpReceiver, status } from '../../support/http-receiver.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { appOptions } from '../../support/app-options.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const types = (receiver: HttpReceiver): string[] => receiver.webhooks().map(({ type }) => type);

describe('dispatch ran beside the commit', () => {
  test('a crash right after it lost the alert for good, since later firings were only touches', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    await fixture.addChannel(receiver.url);
    await fixture.core.worker.stop();
    expect(await fixture.core.alerts.ingest([firing()])).toMatchObject([{ action: 'raised' }]);
    await fixture.crash();
    fixture.open();
    await fixture.run();
    expect(await fixture.core.alerts.ingest([firing()])).toMatchObject([{ action: 'touched' }]);
    await fixture.quiet();
    expect(types(receiver)).toEqual(['alert.raised']);
  });

  test('a crash while a group collected lost all of its members', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    const hook = await fixture.addChannel(receiver.url);
    const group = { by: [], waitMs: 5 * MINUTE_MS };
    const route = routeInput.parse({ name: 'all', channelIds: [hook], group });
    await fixture.core.routes.collection.create(route, 'test');
    await fixture.core.alerts.ingest([firing({ host: 'nas' }), firing({ host: 'pve' })]);
    await fixture.restart(HOUR_MS);
    await fixture.core.alerts.ingest([firing({ host: 'nas' }), firing({ host: 'pve' })]);
    await fixture.pass(HOUR_MS);
    expect(receiver.webhooks().map(({ data }) => data.alerts?.length)).toEqual([2]);
  });

  test('a sender that hung up took its notification along', async () => {
    await using receiver = await HttpReceiver.start();
    using dir = tempDir();
    const app = createApp(appOptions(dir.path));
    await app.start();
    const url = new URL(app.url ?? '');
    const admin = { actor: 'test', scope: 'admin', source: null } as const;
    const channel = { kind: 'webhook', name: 'hook', config: { url: receiver.url } };
    expect(await app.dispatch('channels.create', channel, admin)).toMatchObject({ ok: true });

    const body = JSON.stringify({ host: 'nas', kind: 'backup_failed', status: 'firing' });
    const socket = connect(Number(url.port), url.hostname);
    await once(socket, 'connect');
    const head = [
      'POST /api/v1/events HTTP/1.1',
      `host: ${url.host}`,
      'authorization: Bearer admin',
      'content-type: application/json',
      `content-length: ${body.length}`,
    ];
    socket.write(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
    await once(socket, 'close');
    await receiver.count(1);
    expect(types(receiver)).toEqual(['alert.raised']);
    await app.stop();
  });
});

describe('to list and then to resolve', () => {
  test('closed twice, or closed silently, when several did it at once', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    await fixture.addChannel(receiver.url);
    const endsAt = fixture.clock.now() + MINUTE_MS;
    await fixture.core.alerts.ingest([firing({ endsAt })]);
    await fixture.quiet();
    const { id } = fixture.newest().alert;
    fixture.clock.advance(MINUTE_MS);
    const { alerts } = fixture.core;
    await Promise.all([
      alerts.ingest([resolved()]),
      alerts.act(id, { kind: 'resolve' }, 'ann'),
      alerts.act(id, { kind: 'resolve' }, 'bob'),
      alerts.actOnMany({ ids: [id] }, { kind: 'resolve' }, 'cat'),
      alerts.ingest([resolved(), resolved()]),
    ]);
    await fixture.quiet();
    expect(types(receiver)).toEqual(['alert.raised', 'alert.resolved']);
    const closings = fixture.newest().timeline.filter(({ type }) => type === 'resolved');
    expect(closings).toHaveLength(1);
  });

  test('raised twice when two reports of a new condition came at once', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    await fixture.addChannel(receiver.url);
    const answers = await Promise.all([
      fixture.core.alerts.ingest([firing()]),
      fixture.core.alerts.ingest([firing()]),
      fixture.core.alerts.ingest([firing(), firing()]),
    ]);
    await fixture.quiet();
    const actions = answers.flat().map(({ action }) => action);
    expect(actions).toEqual(['raised', 'touched', 'touched', 'touched']);
    expect(types(receiver)).toEqual(['alert.raised']);
  });
});

describe('a resolved', () => {
  test('carried the time of the resolve as that of the raise, and did not say what was resolved', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    await fixture.addChannel(receiver.url);
    await fixture.core.alerts.ingest([firing({ message: 'no space left' })]);
    await fixture.pass(2 * HOUR_MS);
    await fixture.core.alerts.ingest([resolved({ message: '' })]);
    await fixture.quiet();
    const { data } = receiver.webhooks()[1] ?? {};
    expect(data).toMatchObject({
      alert: {
        host: 'nas',
        kind: 'backup_failed',
        startedAt: '2026-01-15T12:00:00.000Z',
        resolvedAt: '2026-01-15T14:00:00.000Z',
      },
    });
    expect(data?.text).toBe(
      'Resolved: backup_failed on nas\nno space left\nStarted 2026-01-15T12:00:00Z, lasted 2 hours.',
    );
  });

  test('overtook the raised that waited in a group', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    const hook = await fixture.addChannel(receiver.url);
    const group = { by: ['host'], waitMs: 30_000 };
    const route = routeInput.parse({ name: 'all', channelIds: [hook], group });
    await fixture.core.routes.collection.create(route, 'test');
    receiver.respond = status(503);
    await fixture.core.alerts.ingest([firing({ kind: 'disk' }), firing({ kind: 'fan' })]);
    await fixture.pass(30_000);
    // It is unknown if the refused one arrived, so its end is sent, and nothing after that.
    await fixture.core.alerts.ingest([resolved({ kind: 'disk' })]);
    receiver.respond = status(204);
    await fixture.pass(HOUR_MS);
    const ofDisk = receiver
      .webhooks()
      .slice(1)
      .filter(({ data }) => JSON.stringify(data).includes('disk'));
    expect(ofDisk.map(({ type }) => type)).toEqual(['alert.resolved']);
  });
});

describe('a change of severity never notified', () => {
  test('a rise does, once, and a fall does not', async () => {
    await using fixture = await CoreFixture.start();
    const phone = await fixture.addDesktop();
    for (const severity of ['warning', 'critical', 'warning', 'critical', 'info'] as const) {
      await fixture.core.alerts.ingest([firing({ severity })]);
      await fixture.quiet();
    }
    expect(fixture.delivered(phone)).toEqual(['raised', 'escalated']);
    expect(fixture.newest().alert.severity).toBe('info');
  });

  test('a rise does so also after a restart, and not a second time', async () => {
    await using fixture = await CoreFixture.start();
    const phone = await fixture.addDesktop();
    await fixture.core.alerts.ingest([firing()]);
    await fixture.restart(MINUTE_MS);
    await fixture.core.alerts.ingest([firing({ severity: 'critical' })]);
    await fixture.restart(MINUTE_MS);
    await fixture.core.alerts.ingest([firing({ severity: 'critical' })]);
    await fixture.quiet();
    expect(fixture.delivered(phone)).toEqual(['raised', 'escalated']);
  });
});
