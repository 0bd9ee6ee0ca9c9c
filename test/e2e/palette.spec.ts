import AxeBuilder from '@axe-core/playwright';
import { expect, test } from './fixtures/belfry.ts';

test('Ctrl K leads to any view, action or alert, by keyboard alone', async ({ belfry }) => {
  const { page } = belfry;
  await belfry.fire('disk_full', { severity: 'critical' });
  await expect(page.getByText('disk_full').first()).toBeVisible();
  const palette = page.getByRole('dialog', { name: 'Go to' });
  const field = palette.getByRole('combobox');

  await page.keyboard.press('Control+k');
  await expect(field).toBeFocused();
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
  await page.keyboard.type('chan');
  await expect(palette.getByRole('option', { selected: true })).toContainText('Channels');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'Channels' })).toBeVisible();
  await expect(palette).toHaveCount(0);

  await page.keyboard.press('Control+k');
  await page.keyboard.type('no-such-thing');
  await expect(palette.getByRole('status')).toHaveText('Nothing matches.');
  await field.fill('disk full');
  await expect(palette.getByRole('option', { name: 'disk_full on' })).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('complementary', { name: /disk_full/ })).toBeVisible();

  await page.keyboard.press('Control+k');
  await page.keyboard.type('pause deliveries');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(page.getByText('Deliveries are paused. Notifications stay queued.')).toBeVisible();

  await page.keyboard.press('Control+k');
  await page.keyboard.press('Escape');
  await expect(palette).toHaveCount(0);
});

test('the pane has a width that is kept, and leads to the alerts before and after', async ({
  belfry,
}) => {
  const { page } = belfry;
  await page.setViewportSize({ width: 1_400, height: 800 });
  await belfry.nav('Alerts').click();
  for (const kind of ['first', 'second', 'third']) await belfry.fire(kind);
  await expect(page.locator('main a.row-link')).toHaveCount(3);
  await page.getByRole('link', { name: /second/ }).click();
  const pane = page.getByRole('complementary');
  await expect(pane.getByRole('heading', { level: 2 })).toContainText('second');
  await pane.getByRole('button', { name: 'Next in the list' }).click();
  await expect(pane.getByRole('heading', { level: 2 })).toContainText('first');
  await expect(pane.getByRole('button', { name: 'Next in the list' })).toBeDisabled();
  await pane.getByRole('button', { name: 'Previous in the list' }).click();
  await expect(pane.getByRole('heading', { level: 2 })).toContainText('second');

  const width = async (): Promise<number> => Math.round((await pane.boundingBox())?.width ?? 0);
  const before = await width();
  await pane.getByRole('separator', { name: 'Width of the details' }).press('ArrowLeft');
  expect(await width()).toBe(before + 24);
  const edge = await pane.boundingBox();
  await page.mouse.move((edge?.x ?? 0) + 2, 300);
  await page.mouse.down();
  await page.mouse.move((edge?.x ?? 0) - 98, 300);
  await page.mouse.up();
  const dragged = await width();
  expect(dragged).toBeGreaterThan(before + 100);
  await page.reload();
  await expect(pane).toBeVisible();
  expect(await width()).toBe(dragged);
});
