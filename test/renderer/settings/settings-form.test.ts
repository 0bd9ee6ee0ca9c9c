import { describe, expect, it } from 'vitest';
import { ok, type Result } from '../../../main/contract/result.ts';
import type { Settings } from '../../../main/contract/settings.ts';
import type { Draft } from '../../../renderer/form/draft.svelte.ts';
import { SettingsForm } from '../../../renderer/settings/settings-form.svelte.ts';
import { FakeClient } from '../support/fake-client.ts';
import { quietHours, settingsWith } from '../support/routing-samples.ts';

const settings = settingsWith(quietHours());
const retention = { ...settings.retention, auditDays: 99 };

async function loaded(client: FakeClient): Promise<{ form: SettingsForm; draft: Draft }> {
  client.script({ 'settings.get': () => ok(settings) });
  const form = new SettingsForm(client);
  await form.load();
  if (!form.draft) throw new Error('It was loaded.');
  return { form, draft: form.draft };
}

describe('SettingsForm', () => {
  it('undoes nothing that somebody else has changed since it was read', async () => {
    const client = new FakeClient({
      'settings.update': () => ok({ ...settings, flappingThreshold: 9, retention }),
    });
    const { form, draft } = await loaded(client);
    draft.set('flappingThreshold', 9);
    expect(await form.save('general')).toBe(true);
    expect(client.inputsOf('settings.update')).toEqual([{ flappingThreshold: 9 }]);
    expect(form.draft?.get('retention.auditDays')).toBe(99);
    await form.save('general');
    expect(client.inputsOf('settings.update').at(-1)).toEqual({});
  });

  it('keeps what is typed until it is saved, within a group as well', async () => {
    let answer: (result: Result<Settings>) => void = () => undefined;
    const client = new FakeClient({
      'settings.update': () => new Promise((resolve) => (answer = resolve)),
    });
    const { form, draft } = await loaded(client);
    draft.set('backup.keep', 3);
    draft.set('retention.deadDays', 5);
    const saving = form.save('general');
    draft.set('retention.attemptsDays', 6);
    answer(ok({ ...settings, retention: { ...retention, deadDays: 5 } }));
    await saving;
    expect(form.draft?.get('retention')).toEqual({ ...retention, deadDays: 5, attemptsDays: 6 });
    expect(form.draft?.get('backup.keep')).toBe(3);
    void form.save('general');
    expect(client.inputsOf('settings.update').at(-1)).toEqual({ retention: { attemptsDays: 6 } });
  });

  it('neither reads over what is typed nor undoes what it then finds when it is loaded twice', async () => {
    const client = new FakeClient();
    const { form, draft } = await loaded(client);
    draft.set('flappingThreshold', 9);
    client.script({ 'settings.get': () => ok({ ...settings, retention }) });
    await form.load();
    expect(form.draft?.get('flappingThreshold')).toBe(9);
    client.script({
      'settings.update': () => ok({ ...settings, retention, flappingThreshold: 9 }),
    });
    await form.save('general');
    expect(client.inputsOf('settings.update')).toEqual([{ flappingThreshold: 9 }]);
  });
});
