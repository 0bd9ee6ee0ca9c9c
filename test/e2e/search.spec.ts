import { expect, test } from './fixtures/belfry.ts';
import type { Page } from '@playwright/test';

const field = (page: Page) => page.getByRole('combobox', { name: 'Search alerts' });
const rows = (page: Page) => page.locator('main a.row-link');

test.beforeEach(async ({ belfry }) => {
  const fire = (host: string, severity: string, zone: string, message: string) => ({
    ...{ host, kind: 'disk_full', status: 'firing', severity, message, labels: { zone } },
  });
  await belfry.api('events.ingest', [
    fire('nas', 'critical', 'basement', 'pool tank is full'),
    fire('pve', 'critical', 'basement', 'root is full'),
    fire('pi', 'warning', 'attic', 'tank is almost full'),
  ]);
  await expect(rows(belfry.page)).toHaveCount(3);
});

test('words and matchers find together, as chips and in the address', async ({ belfry }) => {
  const { page } = belfry;
  await field(page).pressSequentially('severity="critical" zone=~"base.*" tank');
  await expect(rows(page)).toHaveText([/nas/]);
  const chip = page.getByRole('button', { name: 'Remove zone=~"base.*"' });
  await expect(chip).toBeVisible();
  await expect(page).toHaveURL(/q=severity%3D%22critical%22/);

  await page.reload();
  await expect(rows(page)).toHaveText([/nas/]);
  await expect(field(page)).toHaveValue('tank');
  await rows(page).click();
  await expect(page).toHaveURL(/alerts\/[0-9a-f-]{36}\?.*tank/);
  await page.keyboard.press('Escape');

  await chip.click();
  await page.getByRole('button', { name: 'Remove severity="critical"' }).click();
  await expect(rows(page)).toHaveCount(2);
  await expect(field(page)).toBeFocused();
});

test('a matcher is made of suggestions, by keyboard alone', async ({ belfry }) => {
  const { page } = belfry;
  await field(page).pressSequentially('zo');
  await expect(page.getByRole('option', { name: 'zone' })).toBeVisible();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('listbox').getByRole('option')).toHaveText(['basement', 'attic']);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(rows(page)).toHaveText([/pi/]);
  await page.keyboard.press('Backspace');
  await expect(rows(page)).toHaveCount(3);
});

test('what cannot be read is said beside the field, and what was typed stays', async ({
  belfry,
}) => {
  const { page } = belfry;
  await field(page).fill('tank zone=');
  await field(page).press('Enter');
  const problem = page.getByRole('alert').filter({ hasText: 'zone= has no value' });
  await expect(problem).toBeVisible();
  await expect(field(page)).toHaveValue('tank zone=');
  await expect(rows(page)).toHaveCount(3);
});

test('Back returns to the search and the tab before, and an empty result is cleared', async ({
  belfry,
}) => {
  const { page } = belfry;
  await field(page).fill('nothing-like-it');
  await expect(page.getByText('Nothing matches nothing-like-it.')).toBeVisible();
  await page.getByRole('tab', { name: 'Closed' }).click();
  await expect(page).toHaveURL(/tab=closed/);
  await page.goBack();
  await expect(page.getByRole('tab', { name: 'Active' })).toHaveAttribute('aria-selected', 'true');
  await page.getByRole('button', { name: 'Clear search' }).click();
  await expect(rows(page)).toHaveCount(3);
  await page.goBack();
  await expect(field(page)).toHaveValue('nothing-like-it');
});

test('a word that names a severity finds alerts of that severity on request', async ({
  belfry,
}) => {
  const { page } = belfry;
  await belfry.fire('tank_down', { severity: 'critical', host: 'pve1' });
  await field(page).fill('Critical pve1');
  await page.getByRole('button', { name: 'Search for severity="critical" pve1' }).click();
  await expect(rows(page)).toHaveCount(1);
  await expect(rows(page)).toContainText('tank_down');
});
