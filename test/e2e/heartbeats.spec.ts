import { expect, test } from './fixtures/belfry.ts';

test('a heartbeat is added, pinged by its address, and says when its job fails', async ({
  belfry,
}) => {
  const { page } = belfry;
  await belfry.nav('Heartbeats').click();
  await expect(page.getByText('No heartbeats yet')).toBeVisible();
  await page.getByRole('button', { name: 'Add heartbeat' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('Nightly backup');
  await dialog.getByRole('button', { name: 'Save' }).click();

  const pane = page.getByRole('complementary', { name: 'Nightly backup' });
  const address = await pane.getByRole('region', { name: 'Ping URL' }).textContent();
  expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/ping\/[0-9a-f-]{36}$/);
  const row = page.getByRole('list', { name: 'Heartbeats' }).getByRole('listitem');
  await expect(row).toContainText('Waiting for the first ping');

  const ping = async (suffix: string, body = ''): Promise<void> => {
    const response = await fetch(`${address}${suffix}`, { method: 'POST', body });
    expect(response.status).toBe(200);
  };
  await ping('/start');
  await expect(row).toContainText('Running');
  await ping('');
  await expect(row).toContainText('Up');
  await expect(row).not.toContainText('Running');
  await expect(pane.getByRole('img', { name: /^Recently: 1 succeeded/ })).toBeVisible();

  await ping('/2', 'rsync: no route\n<img src=x onerror=alert(1)>');
  await expect(row).toContainText('Down');
  await expect(pane.getByRole('group', { name: 'Log' })).toContainText('<img src=x onerror');
  await expect(pane).toContainText('exit status 2');
  await expect(row).toContainText(
    'Went down just now. Reported failure: exit status 2: <img src=x',
  );
  await expect(belfry.nav('Heartbeats')).toHaveAccessibleName('Heartbeats, 1 down');
  await ping('/0');
  await expect(row).toContainText('Up');
  await expect(row).not.toContainText('Went down');
  await expect(row).toContainText('up in 90 days');
  await expect(row.getByRole('img', { name: /^Last 90 days: .*failures on 1 day/ })).toBeVisible();
  const days = pane.getByRole('table', { name: 'Uptime and failures by day' });
  await expect(days.getByRole('row').last()).toHaveText(/\b2\s*0\s*1\s*0$/);
  await expect(pane.getByRole('table', { name: 'Last pings and their durations' })).toHaveCount(1);

  await page.keyboard.press('Escape');
  await expect(pane).toHaveCount(0);
});

test('a heartbeat is edited, paused, resumed and deleted', async ({ belfry }) => {
  const { page } = belfry;
  await belfry.api('heartbeats.create', {
    name: 'Photos',
    schedule: { type: 'period', periodMs: 3_600_000 },
    graceMs: 600_000,
  });
  await belfry.nav('Heartbeats').click();
  const row = page.getByRole('listitem').filter({ hasText: 'Photos' });
  await expect(row).toContainText('Schedule: every hour');
  await row.getByRole('button', { name: 'Edit' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Schedule').selectOption('cron');
  await dialog.getByLabel('Cron expression').fill('61 * * * *');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog.getByLabel('Cron expression')).toHaveAttribute('aria-invalid', 'true');
  await dialog.getByLabel('Cron expression').fill('30 4 * * 1');
  await dialog.getByLabel('Time zone').fill('Europe/Berlin');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(row).toContainText(/Schedule: every Monday 0?4:30\s?(AM)? \(Europe\/Berlin\)/);
  await row.getByRole('link', { name: 'Photos' }).click();
  const pane = page.getByRole('complementary', { name: 'Photos' });
  await expect(pane).toContainText('cron 30 4 * * 1 (Europe/Berlin)');
  await row.getByRole('button', { name: 'Pause' }).click();
  await expect(row).toContainText('Paused');
  await row.getByRole('button', { name: 'Resume' }).click();
  await expect(row).toContainText('New');
  await row.getByRole('button', { name: 'Delete' }).click();
  await dialog.getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByText('No heartbeats yet')).toBeVisible();
});
