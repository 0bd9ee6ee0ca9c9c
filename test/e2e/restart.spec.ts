import { expect, test } from './fixtures/belfry.ts';

test('alerts, dead letters and channels are there after a restart', async ({
  belfry,
  receiver,
}) => {
  await belfry.addWebhook('hook', receiver.url);
  await receiver.down();
  await belfry.fire('backup_failed', { severity: 'critical' });
  await expect(belfry.nav('Dead letters')).toHaveAccessibleName('Dead letters, 1 undelivered');

  await belfry.restart();
  await expect(belfry.nav('Alerts')).toHaveAccessibleName('Alerts, 1 open');
  await belfry.open('Dead letters');
  await receiver.up();
  await belfry.page.getByRole('button', { name: 'Requeue group' }).click();
  await expect.poll(() => receiver.received.map(({ kind }) => kind)).toEqual(['backup_failed']);
});
