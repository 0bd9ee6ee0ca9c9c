import { expect, test } from './fixtures/belfry.ts';

test('an event becomes an alert in the window, live, and is seen through to its end', async ({
  belfry,
  receiver,
}) => {
  const { page } = belfry;
  await belfry.addWebhook('hook', receiver.url);
  const row = page.getByRole('listitem').filter({ hasText: 'backup_failed' });
  await expect(page.getByText('No open alerts').or(page.getByText('All quiet'))).toBeVisible();

  await belfry.fire('backup_failed', { severity: 'critical', message: 'disk full' });
  await expect(row).toContainText('disk full');
  await expect(row).toContainText('Critical');
  await expect(belfry.nav('Alerts')).toHaveAccessibleName('Alerts, 1 open');
  await expect.poll(() => receiver.received.map(({ type }) => type)).toEqual(['alert.raised']);

  await belfry.fire('backup_failed', { severity: 'critical', message: 'still full' });
  await expect(row).toContainText('still full');
  await expect(row).toContainText('Seen 2 times');

  await row.getByRole('button', { name: 'Acknowledge' }).click();
  await expect(row).toContainText('Acknowledged');
  await expect(row.getByRole('button', { name: 'Acknowledge' })).toHaveCount(0);

  await row.getByRole('button', { name: 'Resolve' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Resolve' }).click();
  await expect(row).toHaveCount(0);
  await expect
    .poll(() => receiver.received.map(({ type }) => type))
    .toEqual(['alert.raised', 'alert.acknowledged', 'alert.resolved']);
});

test('an alert shows its timeline and what was owed for it', async ({ belfry, receiver }) => {
  const { page } = belfry;
  await belfry.addWebhook('hook', receiver.url);
  await belfry.fire('agent_offline');
  await page.getByRole('link', { name: /agent_offline/ }).click();
  const pane = page
    .getByRole('complementary')
    .or(page.getByRole('region', { name: /agent_offline/ }));
  await expect(pane.first()).toContainText('agent_offline');
  await expect(page).toHaveURL(/#\/alerts\/[0-9a-f-]{36}$/);
  await belfry.api('events.ingest', { host: 'nas', kind: 'agent_offline', status: 'resolved' });
  await expect(pane.first()).toContainText('Resolved');
});
