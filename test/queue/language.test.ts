import { expect, test, vi } from 'vitest';
import { deliveryText } from '../../main/channels/channel-adapter.ts';
import { CoreFixture, firing, resolved } from '../support/core-fixture.ts';

test('messages are in the language of their channel, else in that of the settings', async () => {
  await using fixture = await CoreFixture.start();
  const spoken = new Map<string, string>();
  const send = vi.spyOn(fixture.core.channels.adapter('desktop'), 'send');
  send.mockImplementation((_config, { messages }, { channelId }) => {
    spoken.set(channelId, messages.text('common.save'));
    return Promise.resolve({ kind: 'sent' });
  });
  const german = await fixture.addDesktop({ name: 'german', language: 'de' });
  const other = await fixture.addDesktop({ name: 'other' });
  const languages = async (dedupKey: string): Promise<(string | undefined)[]> => {
    await fixture.core.alerts.ingest([firing({ dedupKey })]);
    await fixture.pass(1_000);
    return [spoken.get(german), spoken.get(other)];
  };
  expect(await languages('a')).toEqual(['Speichern', 'Save']);
  await fixture.update({ language: 'de' });
  expect(await languages('b')).toEqual(['Speichern', 'Speichern']);
  await fixture.core.channels.collection.update({ id: german, language: null }, 'test');
  await fixture.update({ language: 'en' });
  expect(await languages('c')).toEqual(['Save', 'Save']);
});

test('what Belfry itself says in an alert is in the language of the channel', async () => {
  await using fixture = await CoreFixture.start();
  const bodies: string[] = [];
  const send = vi.spyOn(fixture.core.channels.adapter('desktop'), 'send');
  send.mockImplementation((_config, delivery) => {
    bodies.push(deliveryText(delivery).body);
    return Promise.resolve({ kind: 'sent' });
  });
  await fixture.addDesktop({ name: 'german', language: 'de' });
  const late = {
    message: 'No ping in time (interval 1 hour). No ping received yet',
    messageReason: { code: 'heartbeat.overdue_new', params: { periodMs: 3_600_000 } },
  } as const;
  const again = {
    message: 'Ping received again',
    messageReason: { code: 'heartbeat.recovered', params: {} },
  } as const;
  await fixture.core.alerts.ingest([firing(late)]);
  await fixture.pass(1_000);
  await fixture.core.alerts.ingest([resolved(again)]);
  await fixture.pass(1_000);
  expect(bodies).toEqual([
    'Kein rechtzeitiger Ping (Intervall 1 Stunde). Noch kein Ping empfangen',
    expect.stringMatching(/^Wieder ein Ping empfangen\n/),
  ]);
  const page = fixture.core.alerts.list({ limit: 1 });
  const [alert] = page.ok ? page.value.items : [];
  expect(alert).toMatchObject({ ...late, state: 'resolved' });
  const { timeline = [] } = fixture.core.alerts.detail(alert?.id ?? '') ?? {};
  expect(timeline.map(({ reason }) => reason)).toContainEqual({
    code: 'event.resolved_because',
    params: { because: again.messageReason },
  });
});
