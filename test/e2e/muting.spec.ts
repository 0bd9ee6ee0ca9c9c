import { expect, test } from './fixtures/belfry.ts';

test('a silence keeps an alert from notifying anyone until it is ended', async ({
  belfry,
  receiver,
}) => {
  const { page } = belfry;
  await belfry.addWebhook('hook', receiver.url);
  await belfry.nav('Muting').click();
  await page.getByRole('button', { name: 'New silence' }).click();
  const dialog = page.getByRole('dialog', { name: 'New silence' });
  await dialog.getByLabel('Matching alerts, matcher 1').fill('host="nas"');
  await dialog.getByLabel('4 hours').check();
  await dialog.getByLabel('Reason').fill('waits for its disk');
  await dialog.getByRole('button', { name: 'Silence', exact: true }).click();
  const row = page.getByRole('list', { name: 'Active' }).getByRole('listitem').first();
  await expect(row).toContainText('Alerts on nas');
  await expect(row).toContainText('Matches 0 alerts');
  await expect(belfry.nav('Muting')).toHaveAccessibleName('Muting, 1 active');

  await belfry.fire('disk_full');
  await expect(row).toContainText('Matches 1 alert');
  await belfry.fire('disk_full', { host: 'pi' });
  await expect.poll(() => receiver.received.length).toBe(1);

  await row.getByRole('button', { name: 'Extend' }).click();
  await page.getByRole('dialog').getByRole('button', { name: '1 day' }).click();
  await expect(row).toContainText('Ends in 28 hours');
  await row.getByRole('button', { name: 'End now' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'End now' }).click();
  await expect(page.getByText('Nothing is silenced')).toBeVisible();
  await expect.poll(() => receiver.received.length).toBe(2);
});

test('a link begins a silence, and a person decides', async ({ belfry }) => {
  const { page } = belfry;
  const matchers = encodeURIComponent(JSON.stringify(['kind="disk_full"', 'host="nas"']));
  await page.evaluate((route) => (location.hash = route), `#/muting/new?matchers=${matchers}`);
  const dialog = page.getByRole('dialog', { name: 'New silence' });
  await expect(dialog.getByLabel('Matching alerts, matcher 1')).toHaveValue('kind="disk_full"');
  await expect(dialog.getByLabel('Matching alerts, matcher 2')).toHaveValue('host="nas"');
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
  await expect(page).toHaveURL(/#\/muting$/);
  expect((await belfry.api('silences.list', {})).items).toEqual([]);
});

test('a maintenance window is added, is announced, is on, and is disabled', async ({
  belfry,
  receiver,
}) => {
  const { page } = belfry;
  await belfry.addWebhook('Log', receiver.url);
  const announced = () => receiver.received.map(({ text }) => text);
  await belfry.nav('Muting').click();
  await page.getByRole('tab', { name: 'Maintenance' }).click();
  await page.getByRole('button', { name: 'Add maintenance window' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('Cables');
  await dialog.getByRole('group', { name: 'Announce to' }).getByLabel('Log').check();
  await dialog.getByRole('button', { name: 'Save' }).click();
  const row = page.getByRole('listitem').filter({ hasText: 'Cables' });
  await expect(row).toContainText('Active until');
  await expect(row).toContainText('Start and end are announced to 1 channel');
  await expect.poll(() => announced()).toEqual([expect.stringContaining('Maintenance has begun')]);
  await row.getByRole('button', { name: 'Edit' }).click();
  await dialog.getByLabel('Schedule').selectOption('cron');
  await dialog.getByLabel('Cron expression').fill('whenever');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog.getByLabel('Cron expression')).toHaveAttribute('aria-invalid', 'true');
  await dialog.getByLabel('Cron expression').fill('0 3 * * 0');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(row).toContainText('Cron 0 3 * * 0, for 1 hr');
  await expect(row).toContainText('Next');
  await expect.poll(() => announced()[1]).toContain('Maintenance ended');
  await row.getByRole('button', { name: 'Disable' }).click();
  await expect(row).toContainText('Disabled');
  await row.getByRole('button', { name: 'Delete' }).click();
  await dialog.getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByText('No maintenance windows')).toBeVisible();
});

test('an inhibition shows when it mutes', async ({ belfry }) => {
  const { page } = belfry;
  await belfry.nav('Muting').click();
  await page.getByRole('tab', { name: 'Inhibitions' }).click();
  await page.getByRole('button', { name: 'Add inhibition' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('Host down');
  await dialog.getByLabel('Cause, matcher 1').fill('kind="agent_offline"');
  await dialog.getByLabel('Muted alerts, matcher 1').fill('severity="warning"');
  await dialog.getByRole('button', { name: 'Save' }).click();
  const row = page.getByRole('listitem').filter({ hasText: 'Host down' });
  await expect(row).toContainText(
    'While alerts of kind agent_offline are firing, warning alerts with the same host are muted.',
  );
  await belfry.fire('agent_offline', { severity: 'critical' });
  await expect(row).toContainText('Active: 1 cause firing');
});

test('quiet hours are drawn, saved and kept', async ({ belfry }) => {
  const { page } = belfry;
  const open = async (): Promise<void> => {
    await belfry.nav('Muting').click();
    await page.getByRole('tab', { name: 'Quiet hours' }).click();
  };
  await open();
  const disabled = page.getByRole('img', { name: /\(disabled\)$/ });
  await expect(disabled.locator('.quiet').first()).toHaveCSS('fill', 'none');
  await page.getByLabel('Enable quiet hours').check();
  await page.getByLabel('Sunday').uncheck();
  await page.getByLabel('Saturday').uncheck();
  const picture = page.getByRole('img', { name: 'Quiet: Mon–Fri 22:00–07:00 the next day' });
  await expect(picture.locator('.quiet').first()).not.toHaveCSS('fill', 'none');
  await page.getByRole('button', { name: 'Save quiet hours' }).click();
  await expect(page.getByText('Quiet hours saved.')).toBeVisible();
  await belfry.open('Settings');
  await open();
  await expect(picture).toBeVisible();
  await expect(page.getByLabel('Enable quiet hours')).toBeChecked();
});

test('a calendar shows quiet hours, windows and silences of a week, and opens their rules', async ({
  belfry,
}) => {
  const { page } = belfry;
  const timeZone = await page.evaluate(() => Intl.DateTimeFormat().resolvedOptions().timeZone);
  const elsewhere = timeZone === 'Asia/Tokyo' ? 'America/New_York' : 'Asia/Tokyo';
  await belfry.nav('Muting').click();
  await page.getByRole('tab', { name: 'Calendar' }).click();
  await expect(page.getByText('Nothing mutes this week')).toBeVisible();

  const nightly = { days: [1, 2, 3, 4, 5, 6, 7], from: '22:00', to: '07:00' };
  await belfry.api('settings.update', {
    quietHours: { enabled: true, timeZone, periods: [nightly] },
  });
  const now = Date.now();
  await belfry.api('maintenance.create', {
    name: 'Cables',
    schedule: { type: 'weekly', ...nightly, timeZone: elsewhere },
  });
  await belfry.api('silences.create', {
    matchers: ['host="nas"'],
    comment: 'waits for its disk',
    endsAt: now + 3_600_000,
  });
  // A night of the week before may still be on when the week begins.
  const quiet = page.getByRole('toolbar', { name: 'Quiet hours' });
  await expect.poll(() => quiet.getByRole('button').count()).toBeGreaterThanOrEqual(7);
  const cables = page.getByRole('toolbar', { name: `Cables, times in ${elsewhere}` });
  await expect(cables.getByRole('button').first()).toHaveAccessibleName(
    new RegExp(`10:00 PM.*\\(${elsewhere}\\); here `),
  );
  const silence = page.getByRole('toolbar', { name: 'Alerts on nas' });
  await expect(silence.getByRole('button')).toHaveCount(1);
  await expect(silence.locator('.now')).toBeVisible();
  await expect(page.getByRole('table', { name: /^What mutes/ })).toContainText(elsewhere);

  await cables.getByRole('button').nth(1).focus();
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Edit Cables' });
  await dialog.getByLabel('Name').fill('Wires');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('toolbar', { name: 'Wires' })).toBeVisible();
  await silence.getByRole('button').click();
  await expect(page.getByRole('dialog').getByLabel('Reason')).toHaveValue('waits for its disk');
  await page.keyboard.press('Escape');

  await page.getByRole('button', { name: 'Next week' }).click();
  await expect(page.getByRole('toolbar', { name: 'Wires' })).toBeVisible();
  await expect(page.locator('.now')).toHaveCount(0);
  await page.getByRole('button', { name: 'This week' }).click();
  await expect(silence.locator('.now')).toBeVisible();
  await quiet.getByRole('button').last().click();
  await expect(page.getByRole('tab', { name: 'Quiet hours', selected: true })).toBeVisible();
});
