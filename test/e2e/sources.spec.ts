import { execFileSync } from 'node:child_process';
import { expect, test } from './fixtures/belfry.ts';

test('a source gets a token, and shows what arrives by it', async ({ belfry }) => {
  const { page } = belfry;
  await belfry.open('Sources');
  await page.getByRole('searchbox', { name: 'Search sources' }).fill('curl');
  await page.getByRole('link', { name: 'curl' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'curl' })).toBeVisible();
  await expect(page.getByText('Make a token to see here')).toBeVisible();
  await page.getByRole('button', { name: 'Make a token' }).click();
  await expect(page.getByText('Waiting for the first message…')).toBeVisible();
  const command = (await page.getByText(/^curl -/).textContent()) ?? '';
  expect(command).toMatch(/Bearer bf_(?!your-token)\S+'/);

  // An alert that comes by another token is not what is waited for.
  await belfry.api('events.ingest', { host: 'web', kind: 'disk_full', status: 'firing' });
  execFileSync('sh', ['-c', command]);
  const received = page.getByRole('link', { name: 'Received: backup_failed' });
  await expect(received).toBeVisible();
  await received.click();
  await expect(page.getByText('The nightly backup did not finish.').first()).toBeVisible();
});
