import { expect, test } from './fixtures/belfry.ts';
import { pick } from './fixtures/row-menu.ts';

test('a channel is added, tested, disabled and deleted', async ({ belfry, receiver }) => {
  const { page } = belfry;
  await belfry.open('Channels');
  await page.getByRole('button', { name: 'Add channel' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('My hook');
  await dialog.getByLabel('URL').fill(receiver.url);
  await dialog.getByRole('button', { name: 'Save', exact: true }).click();

  const row = page.getByRole('listitem').filter({ hasText: 'My hook' });
  await expect(row).toContainText('Not used yet');
  await expect(row).not.toContainText('/hook');
  await pick(row, 'Test');
  await expect.poll(() => receiver.received.map(({ type }) => type)).toEqual(['alert.test']);
  await expect(row).toContainText('Working');

  await pick(row, 'Disable');
  await expect(row).toContainText('Disabled');
  await pick(row, 'Delete');
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
  await dialog.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(dialog.getByLabel('Name')).toHaveAttribute('aria-invalid', 'true');
  await dialog.getByLabel('Name').fill('free');
  await dialog.getByRole('button', { name: 'Save', exact: true }).click();
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
  await pick(rowOf('spare'), 'Pause');
  await page.getByRole('button', { name: 'Until I resume it' }).click();
  await expect(rowOf('spare')).toContainText('until you resume it');
  const row = rowOf('main');
  await pick(row, 'Edit');
  const dialog = page.getByRole('dialog');
  await dialog.getByText('Advanced:').click();
  await dialog.getByLabel('Fallback channel').selectOption(spare);
  await dialog.getByLabel('Limit the sending rate').check();
  await dialog.getByLabel('Maximum messages').fill('100');
  await dialog.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(row).toContainText('Fallback: spare');
  await expect(row).toContainText('At most 100 in 1 min');

  await pick(rowOf('spare'), 'Edit');
  await dialog.getByText('Advanced:').click();
  await dialog.getByLabel('Fallback channel').selectOption(main);
  await dialog.getByRole('button', { name: 'Save', exact: true }).click();
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
  await pick(rowOf('spare'), 'Resume');
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
  await pick(row, 'Delete');
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

test('a channel is found by its kind, saved and tested in one step, and shows its deliveries', async ({
  belfry,
  receiver,
}) => {
  const { page } = belfry;
  await belfry.open('Channels');
  await page.getByRole('button', { name: 'Add channel' }).click();
  const dialog = page.getByRole('dialog');
  const picker = dialog.getByRole('combobox', { name: 'Type' });
  await expect(picker).toBeFocused();
  await picker.pressSequentially('hook');
  const kinds = dialog.getByRole('listbox', { name: 'Services' });
  await expect(kinds.getByRole('option')).toHaveCount(1);
  await expect(kinds.getByRole('option', { selected: true })).toHaveText(/Webhook/);
  await page.keyboard.press('Enter');
  await expect(dialog).toBeVisible();
  await dialog.getByLabel('Name').fill('My hook');
  await dialog.getByLabel('URL').fill('http://127.0.0.1:9/hook');
  await expect(dialog.getByLabel('Fallback channel')).toBeHidden();
  await dialog.getByRole('button', { name: 'Save and test' }).click();
  const edit = page.getByRole('dialog', { name: 'Edit My hook' });
  await expect(edit).toContainText('could not be reached');
  await edit.getByLabel('URL').fill(receiver.url);
  await edit.getByRole('button', { name: 'Save and test' }).click();
  await expect(edit).toContainText('Delivered');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  const row = page.getByRole('listitem').filter({ hasText: 'My hook' });
  await expect(row.getByRole('img', { name: /^Last 24 hours: [12] sent/ })).toBeVisible();
  await expect(row).toContainText('Last delivered');
  await expect(row).toContainText(/Median .*, 95% within/);
});

test('the channel of dead letters is edited where they are', async ({ belfry, receiver }) => {
  const { page } = belfry;
  const id = await belfry.addWebhook('pager', 'http://127.0.0.1:9/hook');
  await belfry.api('channels.update', { id, retry: { maxAttempts: 1 } });
  await belfry.fire('disk_full');
  await belfry.open('Dead letters');
  await page.getByRole('button', { name: 'Edit channel' }).click();
  const dialog = page.getByRole('dialog', { name: 'Edit pager' });
  await dialog.getByLabel('URL').fill(receiver.url);
  await dialog.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(dialog).toHaveCount(0);
  await expect(page.getByRole('heading', { level: 1, name: 'Dead letters' })).toBeVisible();
  await page.getByRole('button', { name: 'Send test, then requeue…' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Send test, then requeue 1' }).click();
  await expect
    .poll(() => receiver.received.map(({ type }) => type))
    .toEqual(['alert.test', 'alert.raised']);
});
