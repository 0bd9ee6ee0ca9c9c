import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from './fixtures/belfry.ts';
import { standInOf } from './fixtures/stand-in-of.ts';

test('what closing the window does is a setting', async ({ belfry }) => {
  const { page, desktop } = belfry;
  await belfry.openSettings('General');
  await page.getByLabel('Closing the window').selectOption('Minimises it');
  await page.getByRole('button', { name: 'Save settings' }).click();
  await expect(page.getByText('Settings saved.')).toBeVisible();
  await desktop.closeWindow();
  await expect.poll(async () => (await desktop.window()).minimized).toBe(true);
});

test('a link from outside opens its alert, and changes nothing', async ({ belfry }) => {
  const { page } = belfry;
  await belfry.fire('backup_failed', { severity: 'critical' });
  await belfry.fire('disk_slow');
  const { items } = await belfry.api('alerts.list', {});
  const alert = items.find(({ kind }) => kind === 'backup_failed');
  await standInOf(belfry).ask('secondInstance', [`belfry://alert/${alert?.id ?? ''}`]);
  await expect(page.getByRole('complementary').getByText('backup_failed').first()).toBeVisible();
  await expect(page).toHaveURL(new RegExp(`#/alerts/${alert?.id ?? ''}$`));
  await standInOf(belfry).ask('secondInstance', ['belfry://alert/acknowledge-all']);
  const after = await belfry.api('alerts.list', {});
  expect(after.items.map(({ state }) => state)).toEqual(['open', 'open']);
});

test('the help menu opens the folder of the log, and saves diagnostics without secrets', async ({
  belfry,
  receiver,
}) => {
  const secret = 'hunter2-planted-secret';
  await belfry.addWebhook('private-phone', `${receiver.url}/${secret}`);
  await belfry.fire(`kind_${secret.replaceAll('-', '_')}`, { message: `password ${secret}` });
  const standIn = standInOf(belfry);
  await standIn.ask('clickAppMenu', 'Open Log Folder');
  const folder = mkdtempSync(join(tmpdir(), 'belfry-diagnostics-'));
  const file = join(folder, 'diagnostics.json');
  await standIn.ask('clickAppMenu', 'Save Diagnostics…', file);
  const read = (): string => {
    try {
      return readFileSync(file, 'utf8');
    } catch {
      // It is not written yet.
      return '';
    }
  };
  await expect.poll(read).toContain('{');
  for (const planted of ['hunter2', 'private-phone', 'end-to-end-admin-token']) {
    expect(read()).not.toContain(planted);
  }
  expect((await standIn.ask('record')).openedPaths).toEqual([expect.stringContaining('log')]);
  rmSync(folder, { recursive: true });
});
