import { expect, test, vi } from 'vitest';
import { CoreFixture, firing } from '../support/core-fixture.ts';

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
