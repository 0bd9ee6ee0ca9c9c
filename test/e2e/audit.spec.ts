import { expect, test } from './fixtures/belfry.ts';
import { pick } from './fixtures/row-menu.ts';

test('the audit log says who did what, all of it or what was done to one', async ({
  belfry,
  receiver,
}) => {
  const { page } = belfry;
  await belfry.addWebhook('hook', receiver.url);
  await belfry.open('Channels');
  const row = page.getByRole('listitem').filter({ hasText: 'hook' });
  await pick(row, 'Disable');
  await expect(row).toContainText('Disabled');
  await belfry.openSettings('General');
  await page.getByLabel('Dead letters to keep').fill('5000');
  await page.getByRole('button', { name: 'Save settings' }).click();
  await expect(page.getByText('Settings saved.')).toBeVisible();

  await belfry.nav('Audit log').click();
  await expect(page.getByRole('heading', { level: 1, name: 'Audit log' })).toBeVisible();
  const entries = page.getByRole('table').getByRole('row');
  await expect(entries.nth(1)).toContainText('Settings: changed');
  const created = entries.filter({ hasText: 'Channel: created' }).filter({ hasText: 'hook' });
  await expect(created).toHaveCount(1);

  await entries
    .filter({ hasText: 'Channel: changed' })
    .getByRole('link', { name: 'History' })
    .click();
  await expect(page.getByText('Only entries about')).toBeVisible();
  await expect(entries.filter({ hasText: 'Settings: changed' })).toHaveCount(0);
  await expect(created).toHaveCount(1);
  await entries.filter({ hasText: 'Channel: changed' }).getByRole('link', { name: 'Open' }).click();
  await expect(page.getByText('hook', { exact: true })).toBeFocused();
});

test('the audit log loads more as it is scrolled', async ({ belfry }) => {
  const { page } = belfry;
  for (let index = 0; index < 101; index += 1) {
    await belfry.api('settings.update', { deadLettersMax: 1_000 + index });
  }
  await page.goto(`${new URL(page.url()).href.split('#')[0]}#/audit`);
  const entries = page.getByRole('row').filter({ hasText: 'Settings: changed' });
  await expect(entries.first()).toBeVisible();
  // A person presses it again where the page did not reach its end, as while rows are still arriving.
  await expect(async () => {
    await page.keyboard.press('End');
    const table = page.getByRole('table');
    await expect(table).toHaveAttribute('aria-rowcount', /10[2-9]/, { timeout: 2_000 });
  }).toPass();
  await expect(page.getByRole('button', { name: 'Load more' })).toHaveCount(0);
  // Only the rows in sight are in the page.
  expect(await entries.count()).toBeLessThan(101);
});
