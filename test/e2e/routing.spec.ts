import { expect, test, type Belfry } from './fixtures/belfry.ts';
import { Receiver } from './fixtures/receiver.ts';

test('routes decide who is notified, in their order', async ({ belfry, receiver }) => {
  const { page } = belfry;
  const pager = new Receiver();
  await pager.up();
  await belfry.addWebhook('Phone', receiver.url);
  await belfry.addWebhook('Pager', pager.url);
  await belfry.nav('Routing').click();
  await expect(page.getByText('No routes')).toBeVisible();

  await page.getByRole('button', { name: 'Add route' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('Disks');
  await dialog.getByLabel('Matching alerts, matcher 1').fill('kind=~"disk_.*"');
  await dialog.getByLabel('Phone').check();
  await dialog.getByRole('button', { name: 'Save' }).click();
  const row = page.getByRole('listitem').filter({ hasText: 'Disks' });
  await expect(row).toContainText('Alerts of kind disk_*');
  await expect(row).toContainText('Phone');

  const trial = page.getByRole('region', { name: 'Test routes' });
  await trial.getByLabel('Kind').fill('backup_failed');
  await trial.getByRole('button', { name: 'Test' }).click();
  await expect(trial).toContainText('No one would be notified.');
  await page.getByRole('button', { name: 'Add “Everything else”' }).click();
  await expect(trial).toContainText('Pager via Everything else');

  const rest = page.getByRole('listitem').filter({ hasText: 'Everything else' }).first();
  await rest.getByRole('button', { name: 'Move up' }).press('Enter');
  await expect(row).toContainText('Never reached');
  await expect(rest.getByRole('button', { name: 'Move down' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(row).not.toContainText('Never reached');

  await belfry.fire('disk_full');
  await expect.poll(() => receiver.received.map(({ kind }) => kind)).toEqual(['disk_full']);
  await belfry.fire('backup_failed');
  await expect.poll(() => pager.received.map(({ kind }) => kind)).toEqual(['backup_failed']);
  await pager.down();
});

test('a recovery that is delayed is not sent when the alert fires again', async ({
  belfry,
  receiver,
}) => {
  const { page } = belfry;
  await belfry.addWebhook('Phone', receiver.url);
  await belfry.nav('Routing').click();
  await page.getByRole('button', { name: 'Add route' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('Everything');
  await dialog.getByLabel('Phone').check();
  await dialog.getByLabel('Recovery delay', { exact: true }).fill('5');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('listitem').filter({ hasText: 'Everything' })).toContainText(
    '“resolved” only after 5',
  );

  await belfry.fire('disk_full');
  await expect.poll(() => receiver.received.length).toBe(1);
  await belfry.fire('disk_full', { status: 'resolved' });
  await belfry.fire('disk_full');
  await belfry.nav('Alerts').click();
  await page.getByRole('link', { name: 'disk_full' }).first().click();
  await expect(page.getByText('so the channel still shows it as firing').first()).toBeVisible();
  expect(receiver.received).toHaveLength(1);
});

test('what the host refuses of a matcher is said at its line', async ({ belfry }) => {
  const { page } = belfry;
  await belfry.nav('Routing').click();
  await page.getByRole('button', { name: 'Add route' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('Hosts');
  await dialog.getByRole('button', { name: 'Add matcher' }).click();
  const second = dialog.getByLabel('Matching alerts, matcher 2');
  await expect(second).toBeFocused();
  await second.fill('host=~"(nas"');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(second).toHaveAttribute('aria-invalid', 'true');
  await second.fill('host=~"(nas|pi)"');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog).toHaveCount(0);
  await expect(page.getByText('Alerts on matching (nas|pi)')).toBeVisible();
});

test('a route is edited, disabled and deleted', async ({ belfry, receiver }) => {
  const { page } = belfry;
  const phone = await belfry.addWebhook('Phone', receiver.url);
  await belfry.api('routes.create', {
    name: 'Hosts',
    matchers: ['host="nas"'],
    channelIds: [phone],
  });
  await belfry.nav('Routing').click();
  const row = page.getByRole('listitem').filter({ hasText: 'Hosts' });
  await row.getByRole('button', { name: 'Edit' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Remind until someone acknowledges').check();
  await dialog.getByLabel('Minimum severity for reminders').selectOption('critical');
  await dialog.getByLabel('Louder each time for critical alerts').check();
  await dialog.getByRole('button', { name: 'Add step' }).click();
  await dialog.getByRole('group', { name: 'Step 1' }).getByLabel('Phone').check();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(row).toContainText('reminder every 4 hours, at most 3 times');
  await expect(row).toContainText('no reminders below severity Critical');
  await expect(row).toContainText('reminders of critical alerts get louder');
  await expect(row).toContainText('after 30 min also → Phone');
  await row.getByRole('button', { name: 'Disable' }).click();
  await expect(row).toContainText('Disabled');
  await row.getByRole('button', { name: 'Delete' }).click();
  await dialog.getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByText('No routes')).toBeVisible();
});

/** Adds routes that match one kind each, in this order. */
async function addRoutes(
  belfry: Belfry,
  channelId: string,
  kinds: readonly string[],
): Promise<void> {
  for (const kind of kinds) {
    const matchers = [`kind="${kind}"`];
    await belfry.api('routes.create', { name: `Route ${kind}`, matchers, channelIds: [channelId] });
  }
}

test('routes are reordered by drag and by keyboard, and the moves are undone', async ({
  belfry,
  receiver,
}) => {
  const { page } = belfry;
  const phone = await belfry.addWebhook('Phone', receiver.url);
  await addRoutes(belfry, phone, ['a', 'b', 'c', 'd']);
  await belfry.nav('Routing').click();
  const names = page.getByRole('list', { name: 'Routes' }).locator('.head strong');
  const isOrder = (kinds: string) =>
    expect(names).toHaveText([...kinds].map((it) => `Route ${it}`));
  const stored = async () => (await belfry.api('routes.list', {})).items.map(({ name }) => name);
  const handle = (kind: string) => page.getByRole('button', { name: `Move Route ${kind}` });
  await isOrder('abcd');

  // Held beyond the middle of the third row.
  const row = page.getByRole('listitem').filter({ hasText: 'Route c' });
  const drag = async (kind: string): Promise<void> => {
    const target = await row.boundingBox();
    await handle(kind).hover();
    await page.mouse.down();
    await page.mouse.move(200, (target?.y ?? 0) + 4, { steps: 3 });
    await page.mouse.move(200, (target?.y ?? 0) + (target?.height ?? 0) - 4, { steps: 3 });
    await expect(page.locator('.drop.below')).toBeVisible();
  };
  await drag('a');
  await page.keyboard.press('Escape');
  await page.mouse.up();
  await expect(page.locator('.drop')).toHaveCount(0);
  expect(await stored()).toEqual(['Route a', 'Route b', 'Route c', 'Route d']);
  await drag('a');
  await page.mouse.up();
  await isOrder('bcad');
  await expect(page.getByRole('status', { name: 'Done' })).toContainText(
    'Route a is now number 3 of 4.',
  );
  expect(await stored()).toEqual(['Route b', 'Route c', 'Route a', 'Route d']);

  await handle('d').focus();
  await page.keyboard.press('ArrowUp');
  await isOrder('bcda');
  await expect(handle('d')).toBeFocused();
  await page.keyboard.press('Home');
  await isOrder('dbca');
  await row.getByRole('button', { name: 'Edit' }).focus();
  await page.keyboard.press('Alt+ArrowUp');
  await isOrder('dcba');
  await expect(row.getByRole('button', { name: 'Edit' })).toBeFocused();
  await page.getByRole('button', { name: 'Undo' }).last().click();
  await isOrder('dbca');
});

test('the tester takes an alert, and marks the route that matches and why others do not', async ({
  belfry,
  receiver,
}) => {
  const { page } = belfry;
  const phone = await belfry.addWebhook('Phone', receiver.url);
  await addRoutes(belfry, phone, ['a', 'b', 'c']);
  await belfry.fire('b', { labels: { rack: 'left\nright' } });
  await belfry.fire('other');
  await belfry.open('Alerts');
  await page.getByRole('link', { name: /^b\b/ }).first().click();
  const pane = page.getByRole('complementary', { name: 'b on nas' });
  await pane.getByRole('link', { name: 'Test routing' }).click();
  const row = (kind: string) => page.getByRole('listitem').filter({ hasText: `Route ${kind}` });
  await expect(row('b').first()).toContainText('Matches');
  await expect(row('a')).toContainText('Does not match kind="a"');
  await expect(row('c')).toContainText('Not reached: an earlier route matches.');
  const trial = page.getByRole('region', { name: 'Test routes' });
  await expect(trial).toContainText('Phone via Route b');
  await expect(trial.getByRole('link', { name: 'b on nas' })).toBeVisible();
  await expect(trial.getByLabel('Labels')).toHaveValue('rack="left\\nright"');

  await trial.getByRole('button', { name: 'Choose an alert' }).click();
  const dialog = page.getByRole('dialog', { name: 'Choose an alert' });
  await dialog.getByRole('searchbox').fill('kind="other"');
  await expect(dialog.getByRole('listitem')).toHaveCount(1);
  await dialog.getByRole('button', { name: /other/ }).click();
  await expect(trial).toContainText('No one would be notified.');
  await expect(row('c')).toContainText('Does not match kind="c"');
});
