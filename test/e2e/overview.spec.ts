import { AxeBuilder } from '@axe-core/playwright';
import { expect, test } from './fixtures/belfry.ts';

test('the overview is the first view, and leads from what is wrong to where it is fixed', async ({
  belfry,
  receiver,
}) => {
  const { page } = belfry;
  await belfry.addWebhook('hook', receiver.url);
  await belfry.open('Overview');
  const line = page.getByRole('region', { name: 'State of Belfry' });
  await expect(line).toContainText('All is well.');

  await receiver.down();
  await belfry.fire('backup_failed', { severity: 'critical', message: 'disk full' });
  const needs = page.getByRole('region', { name: 'Needs you' });
  await expect(needs.getByRole('link', { name: 'backup_failed' })).toBeVisible();
  await expect(line).toContainText('1 critical alert needs you.');
  await expect(page.getByRole('region', { name: 'Dead letters' })).toContainText('hook');
  await expect(page.getByRole('table', { name: 'Last 24 hours, by host' })).toContainText(
    'backup_failed',
  );
  const hours = page.getByRole('table', { name: 'Deliveries per hour' });
  await expect(hours.getByRole('row').last()).toContainText('5');

  await line.getByRole('button', { name: /more$/ }).click();
  await line.getByRole('link', { name: 'Show dead letters' }).click();
  await expect(page).toHaveURL(/#\/dead-letters$/);
  await page.goBack();

  await needs.getByRole('button', { name: 'Acknowledge' }).click();
  await expect(needs).toContainText('No alert waits for you.');
});

for (const width of [360, 2_560]) {
  test(`the overview has room at ${width} px`, async ({ belfry, receiver }) => {
    const { page } = belfry;
    await belfry.addWebhook('a channel with a name that is rather long', receiver.url);
    await belfry.fire('backup_failed', {
      severity: 'critical',
      host: 'a-host-with-a-long-name.example.org',
      message: 'x'.repeat(300),
    });
    await page.setViewportSize({ width, height: 900 });
    await belfry.open('Overview');
    await expect(page.getByRole('link', { name: 'backup_failed' })).toBeVisible();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
    const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
    expect(violations.map(({ id }) => id)).toEqual([]);
  });
}
