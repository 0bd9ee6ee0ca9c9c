import { expect, test } from './fixtures/belfry.ts';
import { Receiver } from './fixtures/receiver.ts';

test('routes decide who is notified, in their order', async ({ belfry, receiver }) => {
  const { page } = belfry;
  const pager = new Receiver();
  await pager.up();
  await belfry.addWebhook('Phone', receiver.url);
  await belfry.addWebhook('Pager', pager.url);
  await belfry.nav('Routing').click();
  await expect(page.getByText('No routes')).toBeVisible();

  await page.getByRole('button', { name: 'Add route' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('Disks');
  await dialog.getByLabel('Matching alerts, matcher 1').fill('kind=~"disk_.*"');
  await dialog.getByLabel('Phone').check();
  await dialog.getByRole('button', { name: 'Save' }).click();
  const row = page.getByRole('listitem').filter({ hasText: 'Disks' });
  await expect(row).toContainText('Alerts of kind disk_*');
  await expect(row).toContainText('Phone');

  const trial = page.getByRole('region', { name: 'Test routes' });
  await trial.getByLabel('Kind').fill('backup_failed');
  await trial.getByRole('button', { name: 'Test' }).click();
  await expect(trial).toContainText('No one would be notified.');
  await page.getByRole('button', { name: 'Add “Everything else”' }).click();
  await expect(trial).toContainText('Pager via Everything else');

  const rest = page.getByRole('listitem').filter({ hasText: 'Everything else' }).first();
  await rest.getByRole('button', { name: 'Move up' }).press('Enter');
  await expect(row).toContainText('Never reached');
  await expect(rest.getByRole('button', { name: 'Move down' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(row).not.toContainText('Never reached');

  await belfry.fire('disk_full');
  await expect.poll(() => receiver.received.map(({ kind }) => kind)).toEqual(['disk_full']);
  await belfry.fire('backup_failed');
  await expect.poll(() => pager.received.map(({ kind }) => kind)).toEqual(['backup_failed']);
  await pager.down();
});

test('what the host refuses of a matcher is said at its line', async ({ belfry }) => {
  const { page } = belfry;
  await belfry.nav('Routing').click();
  await page.getByRole('button', { name: 'Add route' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('Hosts');
  await dialog.getByRole('button', { name: 'Add matcher' }).click();
  const second = dialog.getByLabel('Matching alerts, matcher 2');
  await expect(second).toBeFocused();
  await second.fill('host=~"(nas"');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(second).toHaveAttribute('aria-invalid', 'true');
  await second.fill('host=~"(nas|pi)"');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog).toHaveCount(0);
  await expect(page.getByText('Alerts on matching (nas|pi)')).toBeVisible();
});

test('a route is edited, disabled and deleted', async ({ belfry, receiver }) => {
  const { page } = belfry;
  const phone = await belfry.addWebhook('Phone', receiver.url);
  await belfry.api('routes.create', {
    name: 'Hosts',
    matchers: ['host="nas"'],
    channelIds: [phone],
  });
  await belfry.nav('Routing').click();
  const row = page.getByRole('listitem').filter({ hasText: 'Hosts' });
  await row.getByRole('button', { name: 'Edit' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Remind until someone acknowledges').check();
  await dialog.getByRole('button', { name: 'Add step' }).click();
  await dialog.getByRole('group', { name: 'Step 1' }).getByLabel('Phone').check();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(row).toContainText('reminder every 4 hours, at most 3 times');
  await expect(row).toContainText('after 30 min also → Phone');
  await row.getByRole('button', { name: 'Disable' }).click();
  await expect(row).toContainText('Disabled');
  await row.getByRole('button', { name: 'Delete' }).click();
  await dialog.getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByText('No routes')).toBeVisible();
});
