import { expect, test } from './fixtures/belfry.ts';

test('a receiver is down, its notification dies, and one click delivers it', async ({
  belfry,
  receiver,
}) => {
  const { page } = belfry;
  const channelId = await belfry.addWebhook('hook', receiver.url);
  await receiver.down();
  await belfry.fire('backup_failed', { severity: 'critical' });

  await expect(belfry.nav('Dead letters')).toHaveAccessibleName('Dead letters, 1 dead');
  await belfry.open('Dead letters');
  const row = page.getByRole('listitem').filter({ hasText: 'backup_failed' });
  await expect(row).toContainText('Retry 5/5');
  await expect(row).toContainText('ECONNREFUSED');

  await receiver.up();
  await row.getByRole('button', { name: 'Requeue' }).click();
  await expect(row).toHaveCount(0);
  await expect(belfry.nav('Dead letters')).toHaveAccessibleName('Dead letters');
  await expect.poll(() => receiver.received.length).toBe(1);

  const { data } = await belfry.api('notifications.list', { channelId });
  expect(data.map(({ status }) => status)).toEqual(['sent']);
  const { attempts } = await belfry.api('notifications.get', { id: data[0]?.id ?? '' });
  expect(attempts.map(({ budget, number, outcome }) => [budget, number, outcome])).toEqual([
    ...[1, 2, 3, 4, 5].map((number) => [1, number, 'transient']),
    [2, 1, 'sent'],
  ]);
  expect(receiver.received[0]?.id).toBe(data[0]?.id);

  await belfry.open('Deliveries');
  const delivery = page.getByRole('row').filter({ hasText: 'hook' });
  await delivery.getByRole('link', { name: /backup_failed/ }).click();
  await expect(page.getByText('ECONNREFUSED')).toHaveCount(5);
});

test('a dead letter can be discarded', async ({ belfry, receiver }) => {
  const { page } = belfry;
  await belfry.addWebhook('hook', receiver.url);
  await receiver.down();
  await belfry.fire('backup_failed');
  await belfry.open('Dead letters');
  await page.getByRole('button', { name: 'Discard' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Discard' }).click();
  await expect(page.getByText('Nothing is stuck')).toBeVisible();
  const stats = await belfry.api('notifications.stats', {});
  expect(stats).toMatchObject({ dead: 0, cancelled: 1 });
});
