import { fireEvent, screen } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import type { Backup } from '../../../main/contract/backup.ts';
import { fail, ok } from '../../../main/contract/result.ts';
import { fileSize } from '../../../main/contract/file-size.ts';
import { FakeClient } from '../support/fake-client.ts';
import { openWindow } from '../support/open-window.ts';
import { settingsWith } from '../support/routing-samples.ts';
import { NOW_MS } from '../support/samples.ts';

const quietHours = { enabled: false, timeZone: 'UTC', periods: [], criticalPasses: true };
const settings = () => ok(settingsWith(quietHours));
const backup = (name: string): Backup => ({ name, createdAt: NOW_MS, bytes: 4_200_000 });

describe('backups in the settings', () => {
  it('are listed, and one more is made at a click', async () => {
    const items = [backup('belfry-20260101T000000Z.db')];
    const client = new FakeClient({
      'settings.get': settings,
      'backups.list': () => ok({ items: [...items] }),
      'backups.create': () => {
        const made = backup('belfry-20260102T000000Z.db');
        items.unshift(made);
        return ok(made);
      },
    });
    openWindow(client, '#/settings/backups');
    await screen.findByText('belfry-20260101T000000Z.db');
    expect(screen.getByText('4.2 MB')).toBeTruthy();
    await fireEvent.click(screen.getByRole('button', { name: 'Back up now' }));
    await screen.findByText('belfry-20260102T000000Z.db');
    await screen.findByText(/created and verified/);
  });

  it('that cannot be made say why', async () => {
    const client = new FakeClient({
      'settings.get': settings,
      'backups.list': () => ok({ items: [] }),
      'backups.create': () => fail('unavailable', 'There is no room.'),
    });
    openWindow(client, '#/settings/backups');
    await fireEvent.click(await screen.findByRole('button', { name: 'Back up now' }));
    await screen.findByText(/There is no room/);
  });
});

describe('fileSize', () => {
  it.each([
    [0, '0 bytes'],
    [999, '999 bytes'],
    [999_960, '1 MB'],
    [1_500, '1.5 KB'],
    [137_007_104, '137 MB'],
    [2_000_000_000, '2 GB'],
  ])('%i bytes: %s', (bytes, words) => {
    expect(fileSize(bytes)).toBe(words);
  });
});
