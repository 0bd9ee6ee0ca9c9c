import { fireEvent, screen, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { fail, ok } from '../../../main/contract/result.ts';
import { FakeClient } from '../support/fake-client.ts';
import { openWindow } from '../support/open-window.ts';
import { settingsWith } from '../support/routing-samples.ts';

const quietHours = { enabled: false, timeZone: 'UTC', periods: [], criticalPasses: true };

async function openDialog(client: FakeClient) {
  client.script({ 'settings.get': () => ok(settingsWith(quietHours)) });
  openWindow(client, '#/settings/backups');
  await fireEvent.click(await screen.findByRole('button', { name: 'Rotate key' }));
  return within(screen.getByRole('dialog'));
}

describe('the encryption key in the settings', () => {
  it('is rotated after a question, which can also drop the earlier keys', async () => {
    const client = new FakeClient({
      'keys.rotate': () => ok({ resealed: 2, unreadable: 1, earlierKeys: 0 }),
    });
    const dialog = await openDialog(client);
    await fireEvent.click(dialog.getByRole('checkbox', { name: 'Drop earlier keys' }));
    await fireEvent.click(dialog.getByRole('button', { name: 'Rotate key' }));
    await screen.findByText(/2 secrets encrypted with the new key\. No earlier keys.*1 secret/);
    expect(client.calls.at(-1)).toEqual({ name: 'keys.rotate', input: { forgetEarlier: true } });
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  it('that cannot be rotated says why, and the dialog stays', async () => {
    const client = new FakeClient({
      'keys.rotate': () => fail('unavailable', 'The key was not rotated: disk full.'),
    });
    const dialog = await openDialog(client);
    await fireEvent.click(dialog.getByRole('button', { name: 'Rotate key' }));
    await dialog.findByText(/disk full/);
  });
});
