import { expect, test } from './fixtures/belfry.ts';

test('a channel is added, tested, disabled and deleted', async ({ belfry, receiver }) => {
  const { page } = belfry;
  await belfry.open('Channels');
  await page.getByRole('button', { name: 'Add channel' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('My hook');
  await dialog.getByLabel('URL').fill(receiver.url);
  await dialog.getByRole('button', { name: 'Save' }).click();

  const row = page.getByRole('listitem').filter({ hasText: 'My hook' });
  await expect(row).toContainText('Not used yet');
  await expect(row).not.toContainText('/hook');
  await row.getByRole('button', { name: 'Test' }).click();
  await expect.poll(() => receiver.received.map(({ type }) => type)).toEqual(['alert.test']);
  await expect(row).toContainText('Working');

  await row.getByRole('button', { name: 'Disable' }).click();
  await expect(row).toContainText('Disabled');
  await row.getByRole('button', { name: 'Delete' }).click();
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /Delete/ })
    .click();
  await expect(row).toHaveCount(0);
});

test('a name that is taken is said at its field', async ({ belfry, receiver }) => {
  const { page } = belfry;
  await belfry.addWebhook('taken', receiver.url);
  await belfry.open('Channels');
  await page.getByRole('button', { name: 'Add channel' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('taken');
  await dialog.getByLabel('URL').fill(receiver.url);
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog.getByLabel('Name')).toHaveAttribute('aria-invalid', 'true');
  await dialog.getByLabel('Name').fill('free');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog).toHaveCount(0);
});

test('a channel that is down says so, and its fallback takes over', async ({
  belfry,
  receiver,
}) => {
  const { page } = belfry;
  const spare = await belfry.addWebhook('spare', receiver.url);
  const main = await belfry.addWebhook('main', 'http://127.0.0.1:9/hook');
  await belfry.open('Channels');
  const rowOf = (name: string) =>
    page.getByRole('listitem').filter({ has: page.getByText(name, { exact: true }) });
  await belfry.api('routes.create', { name: 'all', channelIds: [main] });
  await rowOf('spare').getByRole('button', { name: 'Pause' }).click();
  await page.getByRole('button', { name: 'Until I resume it' }).click();
  await expect(rowOf('spare')).toContainText('until you resume it');
  const row = rowOf('main');
  await row.getByRole('button', { name: 'Edit' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Fallback channel').selectOption(spare);
  await dialog.getByLabel('Limit the sending rate').check();
  await dialog.getByLabel('Maximum messages').fill('100');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(row).toContainText('Fallback: spare');
  await expect(row).toContainText('At most 100 in 1 min');

  await rowOf('spare').getByRole('button', { name: 'Edit' }).click();
  await dialog.getByLabel('Fallback channel').selectOption(main);
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog.getByLabel('Fallback channel')).toHaveAttribute('aria-invalid', 'true');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Discard changes' }).click();

  await belfry.fire('disk_full');
  await expect(row).toContainText('Down');
  await expect(row).toContainText('failed attempts in a row');
  await expect(belfry.nav('Channels')).toHaveAccessibleName('Channels, 1 not working');
  await belfry.open('Alerts');
  await expect(page.getByText('1 channel is down.')).toBeVisible();

  await expect(page.getByText('1 channel is paused.')).toBeVisible();
  await belfry.open('Channels');
  await rowOf('spare').getByRole('button', { name: 'Resume' }).click();
  await expect.poll(() => receiver.received.map(({ kind }) => kind)).toEqual(['disk_full']);
  await belfry.open('Deliveries');
  await page.getByRole('row').filter({ hasText: 'spare' }).getByRole('link').click();
  const pane = page.getByRole('complementary', { name: 'disk_full on nas' });
  await pane.getByRole('link', { name: 'notification to main' }).click();
  await expect(pane).toContainText(/Fallback channel\s+spare\s+Sent/);
});

test('a channel that a route needs is deleted only after a word about it, and the silent route is shown', async ({
  belfry,
  receiver,
}) => {
  const { page } = belfry;
  const id = await belfry.addWebhook('pager', receiver.url);
  await belfry.api('routes.create', { name: 'nights', channelIds: [id] });
  await belfry.open('Channels');
  const row = page.getByRole('listitem').filter({ has: page.getByText('pager', { exact: true }) });
  await row.getByRole('button', { name: 'Delete' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('Used by route “nights”.');
  await expect(dialog).toContainText('pause it instead');
  await dialog.getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByText('1 route notifies no one.')).toBeVisible();
  await belfry.open('Routing');
  await expect(page.getByRole('listitem').filter({ hasText: 'nights' })).toContainText(
    'It has no channel, so it notifies no one.',
  );
});
