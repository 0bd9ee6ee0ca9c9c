import { expect, test } from './fixtures/belfry.ts';

test('a new Belfry leads to a sender, a channel and a delivered test', async ({
  belfry,
  receiver,
}) => {
  const { page } = belfry;
  await expect(page.getByRole('heading', { name: 'Get started' })).toBeVisible();
  await belfry.addWebhook('phone', receiver.url);
  const step = (title: string) => page.getByRole('listitem').filter({ hasText: title });
  await expect(step('Add a channel')).toContainText('phone');

  await step('Connect a sender').getByRole('link', { name: 'Choose a sender' }).click();
  await page.getByRole('link', { name: 'Uptime Kuma' }).click();
  await page.getByRole('button', { name: 'Make a token' }).click();
  const headers =
    (await page.getByText(/^\{ "Authorization": "Bearer bf_(?!your)/).textContent()) ?? '';
  const token = /Bearer ([^"]+)"/.exec(headers)?.[1] ?? '';
  const sent = await fetch(`${belfry.url.replace(/\/$/, '')}/api/v1/events`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ host: 'nas', kind: 'backup_failed', status: 'firing' }),
  });
  expect(sent.status).toBe(200);
  await expect(page.getByRole('link', { name: 'Received: backup_failed' })).toBeVisible();
  await page.getByRole('link', { name: 'Overview' }).click();
  await expect(page.getByText('The first event has arrived.')).toBeVisible();

  const outcome = step('Send a test notification');
  const button = outcome.getByRole('button', { name: 'Send test' });
  if (await button.isVisible()) await button.click();
  await expect(page.getByText('The first notification was delivered.')).toBeVisible();
  await page.getByRole('button', { name: 'Done' }).click();
  await expect(page.getByRole('heading', { name: 'Get started' })).toBeHidden();
  await page.reload();
  await expect(page.getByRole('link', { name: 'backup_failed' })).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Get started' })).toBeHidden();
});
