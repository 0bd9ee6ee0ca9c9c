import { expect, test } from './fixtures/belfry.ts';

test('a channel is added, tested, disabled and deleted', async ({ belfry, receiver }) => {
  const { page } = belfry;
  await belfry.open('Channels');
  await page.getByRole('button', { name: 'Add channel' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('My hook');
  await dialog.getByLabel('URL').fill(receiver.url);
  await dialog.getByRole('button', { name: 'Save' }).click();

  const row = page.getByRole('listitem').filter({ hasText: 'My hook' });
  await expect(row).toContainText('Enabled');
  await expect(row).not.toContainText('/hook');
  await row.getByRole('button', { name: 'Test' }).click();
  await expect.poll(() => receiver.received.map(({ type }) => type)).toEqual(['alert.test']);

  await row.getByRole('button', { name: 'Disable' }).click();
  await expect(row).toContainText('Disabled');
  await row.getByRole('button', { name: 'Delete' }).click();
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /Delete/ })
    .click();
  await expect(row).toHaveCount(0);
});

test('a name that is taken is said at its field', async ({ belfry, receiver }) => {
  const { page } = belfry;
  await belfry.addWebhook('taken', receiver.url);
  await belfry.open('Channels');
  await page.getByRole('button', { name: 'Add channel' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('taken');
  await dialog.getByLabel('URL').fill(receiver.url);
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog.getByLabel('Name')).toHaveAttribute('aria-invalid', 'true');
  await dialog.getByLabel('Name').fill('free');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog).toHaveCount(0);
});
