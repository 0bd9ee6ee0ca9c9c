import type { Locator } from '@playwright/test';
import { expect, test, type Belfry } from './fixtures/belfry.ts';

/** The probes of a channel that is down, by the policy of the specs, take about five seconds. */
const DIES_WITHIN_MS = 20_000;

/** One dead letter for each host, all of one cause. */
async function die(belfry: Belfry, hosts: readonly string[], kind = 'backup_failed') {
  await belfry.api(
    'events.ingest',
    hosts.map((host) => ({ host, kind, status: 'firing' })),
  );
  await expect
    .poll(async () => (await belfry.api('notifications.stats', {})).dead, {
      timeout: DIES_WITHIN_MS,
    })
    .toBe(hosts.length);
}

const showAll = (belfry: Belfry): Promise<void> =>
  belfry.page.getByRole('tab', { name: 'All' }).click();

test('a receiver is down, its notification dies, and one click delivers it', async ({
  belfry,
  receiver,
}) => {
  const { page } = belfry;
  const channelId = await belfry.addWebhook('hook', receiver.url);
  await receiver.down();
  await belfry.fire('backup_failed', { severity: 'critical' });

  await expect(belfry.nav('Dead letters')).toHaveAccessibleName('Dead letters, 1 undelivered');
  await belfry.open('Dead letters');
  await showAll(belfry);
  const row = page.getByRole('listitem').filter({ hasText: 'backup_failed' });
  await expect(row).toContainText('Attempt 5/5');
  await expect(row).toContainText('ECONNREFUSED');

  await receiver.up();
  await row.getByRole('button', { name: 'Requeue', exact: true }).click();
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
  const pane = page.getByRole('complementary', { name: 'backup_failed on nas' });
  await expect(pane.getByText('ECONNREFUSED')).toHaveCount(1);
  await expect(pane.getByText('Attempts 1–5, round 1')).toBeVisible();
  await pane.getByText('5 attempts, same answer').click();
  await expect(pane.getByText('Attempt 3', { exact: true })).toBeVisible();
  await expect(pane.getByText(/^Requeued by /)).toHaveCount(1);
  await expect(pane.getByText(/^POST http:\/\/127\.0\.0\.1:\d+/)).not.toHaveCount(0);
  await expect(pane).not.toContainText('/hook');
  await pane.getByRole('button', { name: 'Mark as read' }).click();
  await expect(pane.getByRole('button', { name: 'Mark as read' })).toHaveCount(0);
  await pane.getByRole('link', { name: 'History' }).click();
  await expect(page.getByRole('row').filter({ hasText: 'Notification: requeued' })).toBeVisible();
  await expect(page.getByRole('row').filter({ hasText: 'Notification: viewed' })).toBeVisible();
});

test('a dead letter can be discarded, and brought back', async ({ belfry, receiver }) => {
  const { page } = belfry;
  await belfry.addWebhook('hook', receiver.url);
  await receiver.down();
  await die(belfry, ['nas']);
  await belfry.open('Dead letters');
  await showAll(belfry);
  await page.getByRole('button', { name: 'Discard', exact: true }).click();
  await expect(page.getByText('No dead letters')).toBeVisible();
  await expect(page.getByText(/delivered in the last 24 hours$/)).toBeVisible();
  const stats = () => belfry.api('notifications.stats', {});
  expect(await stats()).toMatchObject({ dead: 0, cancelled: 1 });

  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByText('1 restored.')).toBeVisible();
  await expect(page.getByText('Attempt 5/5')).toBeVisible();
  expect(await stats()).toMatchObject({ dead: 1, cancelled: 0 });
});

test('one dead letter leaves through another channel', async ({ belfry, receiver }) => {
  const { page } = belfry;
  await belfry.addWebhook('hook', receiver.url);
  await receiver.down();
  await die(belfry, ['nas']);
  await receiver.up();
  await belfry.addWebhook('spare', receiver.url);
  await belfry.open('Dead letters');
  await showAll(belfry);
  await page.getByRole('link', { name: /backup_failed/ }).click();
  const pane = page.getByRole('complementary', { name: 'backup_failed on nas' });
  await pane.getByRole('button', { name: 'Through another channel…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('combobox').selectOption('spare');
  await dialog.getByRole('button', { name: /^Requeue 1/ }).click();
  await expect.poll(() => receiver.received.length).toBe(1);
  await expect(page.getByText('No dead letters')).toBeVisible();
  await belfry.open('Deliveries');
  const sent = page.getByRole('row').filter({ hasText: 'spare' }).filter({ hasText: 'Sent' });
  await expect(sent).toContainText(/\d ms|\d sec/);
});

test('dead letters are seen by cause, and requeued as a group', async ({ belfry, receiver }) => {
  const { page } = belfry;
  await belfry.addWebhook('hook', receiver.url);
  await receiver.down();
  await die(belfry, ['a', 'b', 'c']);
  await belfry.open('Dead letters');
  const groups = page.getByRole('list', { name: 'Dead letters by cause' });
  const group = groups.getByRole('listitem').first();
  await expect(group).toContainText('3 dead letters');
  await expect(group).toContainText('Check that the receiver is running');
  await group.getByRole('button', { name: /– hook$/ }).click();
  await expect(group.getByRole('checkbox', { name: /^Select backup_failed/ })).toHaveCount(3);

  await group.getByRole('link', { name: 'Go to hook' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Channels' })).toBeVisible();
  await expect(page.getByText('hook', { exact: true })).toBeFocused();
  await belfry.open('Dead letters');

  await receiver.up();
  await group.getByRole('button', { name: 'Requeue group' }).click();
  await expect(page.getByText('3 requeued.')).toBeVisible();
  await expect(page.getByText('No dead letters')).toBeVisible();
  await expect.poll(() => receiver.received.length).toBe(3);
});

test('several are discarded at once, also what has become obsolete, and all brought back', async ({
  belfry,
}) => {
  const { page } = belfry;
  // An answer of 404 kills each at once (one word would be a topic of ntfy); a receiver that is down would make all but the first wait.
  await belfry.addWebhook('hook', `${belfry.url}/no/such/receiver`);
  const hosts = Array.from({ length: 60 }, (_, index) => `host${index}`);
  await die(belfry, hosts);
  await belfry.open('Dead letters');
  await showAll(belfry);
  const bar = page.getByRole('group', { name: 'Selected dead letters' });
  await page.getByRole('checkbox', { name: 'Select all' }).check();
  await expect(bar).toContainText('60 dead letters selected');
  await bar.getByRole('button', { name: 'Discard…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Discard 60 dead letters?' });
  await dialog.getByRole('button', { name: 'Discard', exact: true }).click();
  await expect(page.getByText('60 discarded.')).toBeVisible();
  await expect(page.getByText('No dead letters')).toBeVisible();
  // The notice goes along, and so does the chance to undo.
  await belfry.open('Channels');
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByText('60 restored.')).toBeVisible();

  await belfry.api('events.ingest', { host: 'host7', kind: 'backup_failed', status: 'resolved' });
  await belfry.open('Dead letters');
  await page.getByRole('tab', { name: 'By cause' }).click();
  await page.getByRole('button', { name: 'Discard 1 obsolete…' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Discard', exact: true }).click();
  await expect(page.getByText('1 discarded.')).toBeVisible();
  await expect(page.getByRole('button', { name: /obsolete…$/ })).toHaveCount(0);
});

test('a long list of dead letters and of deliveries loads while it is scrolled, and draws what is in sight', async ({
  belfry,
}) => {
  const { page } = belfry;
  await belfry.addWebhook('hook', `${belfry.url}/no/such/receiver`);
  const hosts = Array.from({ length: 450 }, (_, index) => `host${index}`);
  await die(belfry, hosts);
  await belfry.open('Dead letters');
  await showAll(belfry);
  await expect(page.getByText('450 dead letters', { exact: true })).toBeVisible();
  const toLast = async (end: Locator) => {
    await expect(async () => {
      await page.mouse.wheel(0, 3_000);
      await expect(end).toBeInViewport({ timeout: 100 });
    }).toPass();
  };
  const letter = page
    .getByRole('listitem')
    .filter({ has: page.getByRole('link', { name: 'backup_failed on host0', exact: true }) });
  await toLast(letter);
  expect(await page.getByRole('listitem').count()).toBeLessThan(150);
  expect((await letter.boundingBox())?.height).toBeLessThanOrEqual(44);
  await letter.hover();
  await letter.getByRole('button', { name: 'Discard', exact: true }).click();
  await expect(letter).toHaveCount(0);

  await belfry.open('Deliveries');
  const table = page.getByRole('table', { name: 'Deliveries, newest first' });
  await expect(table).toBeVisible();
  // A desktop has a channel besides.
  const row = table
    .getByRole('row')
    .filter({ hasText: 'hook' })
    .filter({
      has: page.getByRole('link', { name: 'Firing: backup_failed on host0', exact: true }),
    });
  await toLast(row);
  expect(await table.getByRole('row').count()).toBeLessThan(150);
  expect((await row.boundingBox())?.height).toBeLessThanOrEqual(44);
});

test('what the filters show is requeued, and nothing else', async ({ belfry, receiver }) => {
  const { page } = belfry;
  await belfry.addWebhook('gone', `${belfry.url}/no/such/receiver`);
  const hosts = Array.from({ length: 30 }, (_, index) => `host${index % 3}`);
  await belfry.api(
    'events.ingest',
    hosts.map((host, index) => ({
      host,
      kind: 'disk_slow',
      dedupKey: `${index}`,
      status: 'firing',
    })),
  );
  const dead = async () => (await belfry.api('notifications.stats', {})).dead;
  await expect.poll(dead, { timeout: DIES_WITHIN_MS }).toBe(30);
  await belfry.api('events.ingest', {
    ...{ host: 'host1', kind: 'disk_slow', dedupKey: '1', status: 'resolved' },
  });
  await expect.poll(dead, { timeout: DIES_WITHIN_MS }).toBe(31);

  await belfry.open('Dead letters');
  const filters = page.getByRole('search', { name: 'Filters' });
  await filters.getByRole('combobox', { name: 'Search dead letters' }).fill('host="host1" ');
  await expect(page.getByText('11 dead letters in 1 group')).toBeVisible();
  await filters.getByRole('combobox', { name: 'Event' }).selectOption('Firing');
  await expect(page.getByText('10 dead letters in 1 group')).toBeVisible();
  await filters.getByRole('combobox', { name: 'Cause' }).selectOption('Timed out');
  await expect(page.getByText('No matching dead letters')).toBeVisible();
  await filters.getByRole('combobox', { name: 'Cause' }).selectOption('Address not found');
  await filters.getByRole('combobox', { name: 'Time of death' }).selectOption('Last 24 hours');
  await filters.getByRole('combobox', { name: 'Obsolete' }).selectOption('Obsolete only');
  await expect(page.getByText('1 dead letter in 1 group')).toBeVisible();
  await filters.getByRole('combobox', { name: 'Obsolete' }).selectOption('Not obsolete');
  await expect(page.getByText('9 dead letters in 1 group')).toBeVisible();
  expect(page.url()).toMatch(/cause=not_found&event=raised&obsolete=no&time=24h&q=host/);

  // The same in the list of all, and after a reload.
  await page.reload();
  await showAll(belfry);
  await expect(page.getByText('9 dead letters', { exact: true })).toBeVisible();
  const [channel] = (await belfry.api('channels.list', {})).items.filter(
    ({ name }) => name === 'gone',
  );
  await belfry.api('channels.update', { id: channel?.id ?? '', config: { url: receiver.url } });
  await page.getByRole('button', { name: 'Requeue all 9…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Requeue 9 dead letters?' });
  await dialog.getByRole('button', { name: 'Requeue 9', exact: true }).click();
  await expect(page.getByText('9 requeued.')).toBeVisible();
  await expect.poll(() => receiver.received.length).toBe(9);
  expect(await dead()).toBe(22);
  await page.getByRole('button', { name: 'Clear filters' }).first().click();
  await expect(page.getByText('22 dead letters', { exact: true })).toBeVisible();
});

test('deaths by the hour filter what is shown, by keyboard and by pointer', async ({ belfry }) => {
  const { page } = belfry;
  await belfry.addWebhook('gone', `${belfry.url}/no/such/receiver`);
  await die(belfry, ['a', 'b', 'c']);
  await belfry.open('Dead letters');
  const hours = page.getByRole('slider', { name: '3 died, by the hour' });
  await expect(hours).toHaveAttribute('aria-valuemax', '167');
  await hours.focus();
  await expect(hours).toHaveAttribute('aria-valuetext', /3 dead letters$/);
  await hours.press('ArrowLeft');
  await expect(hours).toHaveAttribute('aria-valuetext', /0 dead letters$/);
  await hours.press('Enter');
  await expect(page.getByText('No matching dead letters')).toBeVisible();
  expect(page.url()).toMatch(/time=\d+-\d+$/);
  await hours.press('ArrowLeft');
  await hours.press('Shift+End');
  await hours.press('Enter');
  await expect(page.getByText('3 dead letters in 1 group')).toBeVisible();
  const chosen = page.getByRole('combobox', { name: 'Time of death' });
  await expect(chosen).toHaveValue('span');
  await hours.press('Escape');
  await expect(chosen).toHaveValue('');

  await page.getByRole('button', { name: 'Last 24 hours' }).click();
  await expect(hours).toHaveAttribute('aria-valuemax', '23');
  const box = await hours.boundingBox();
  const [left, top, width] = [box?.x ?? 0, (box?.y ?? 0) + 10, box?.width ?? 0];
  await page.mouse.click(left + width / 2, top);
  await expect(page.getByText('No matching dead letters')).toBeVisible();
  await page.mouse.move(left + width / 2, top);
  await page.mouse.down();
  await page.mouse.move(left + width - 2, top, { steps: 4 });
  await page.mouse.up();
  await expect(page.getByText('3 dead letters in 1 group')).toBeVisible();
  expect(page.url()).toMatch(/hours=24/);
  const table = page.getByRole('table', { name: /^Dead letters per hour/ });
  await expect(table.getByRole('row')).toHaveCount(2);
});

test('a group goes through another channel, or its own after a test that arrives', async ({
  belfry,
  receiver,
}) => {
  const { page } = belfry;
  await belfry.addWebhook('gone', `${belfry.url}/no/such/receiver`);
  const hosts = Array.from({ length: 4 }, (_, index) => `host${index}`);
  await die(belfry, hosts.slice(0, 3));
  await belfry.addWebhook('spare', receiver.url);
  const stats = () => belfry.api('notifications.stats', {});
  // A desktop has notifications to show as well.
  await expect.poll(async () => (await stats()).pending + (await stats()).sending).toBe(0);
  const { sent } = await stats();
  await belfry.open('Dead letters');
  const group = page
    .getByRole('list', { name: 'Dead letters by cause' })
    .getByRole('listitem')
    .first();

  await group.getByRole('button', { name: 'Send test, then requeue…' }).click();
  const dialog = page.getByRole('dialog', { name: /^Requeue \d dead letters\?$/ });
  await dialog.getByRole('button', { name: 'Send test, then requeue 3' }).click();
  await expect(dialog.getByText('The test failed. Nothing was requeued.')).toBeVisible();
  await expect(dialog.getByText('The receiver was not found', { exact: false })).toBeVisible();
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  expect(await stats()).toMatchObject({ dead: 4, pending: 0 });

  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export CSV' }).click();
  expect((await download).suggestedFilename()).toBe('dead-letters.csv');
  await expect(page.getByText('4 dead letters exported.')).toBeVisible();

  await group.getByRole('button', { name: 'Through another channel…' }).click();
  const confirm = dialog.getByRole('button', { name: /^Requeue \d/ });
  await expect(confirm).toBeDisabled();
  await dialog.getByRole('combobox', { name: 'Send through' }).selectOption('spare');
  await confirm.click();
  await expect.poll(() => receiver.received.length).toBe(3);
  // The test is about its own channel, and stays.
  await expect.poll(async () => (await stats()).dead).toBe(1);
  await expect.poll(async () => (await stats()).sent).toBe(sent + 3);

  const [gone] = (await belfry.api('channels.list', {})).items.filter(
    ({ name }) => name === 'gone',
  );
  await belfry.api('channels.update', { id: gone?.id ?? '', config: { url: receiver.url } });
  await group.getByRole('button', { name: 'Send test, then requeue…' }).click();
  await page
    .getByRole('dialog', { name: 'Requeue 1 dead letter?' })
    .getByRole('button', { name: 'Send test, then requeue 1' })
    .click();
  await expect(page.getByText('1 requeued.')).toBeVisible();
  await expect.poll(() => receiver.received.length).toBe(5);
  await expect(page.getByText('No dead letters')).toBeVisible();
});
