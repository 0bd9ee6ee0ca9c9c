import { HttpReceiver, status } from '../support/http-receiver.ts';
import { PictureHost } from '../support/picture-host.ts';
import { expect, test } from './fixtures/belfry.ts';

test('an event becomes an alert in the window, live, and is seen through to its end', async ({
  belfry,
  receiver,
}) => {
  const { page } = belfry;
  await belfry.addWebhook('hook', receiver.url);
  const row = page.getByRole('listitem').filter({ hasText: 'backup_failed' });
  await expect(page.getByRole('heading', { name: 'Get started' })).toBeVisible();

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

  await row.getByRole('button', { name: 'Resolve…' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Resolve' }).click();
  await expect(row).toHaveCount(0);
  await expect
    .poll(() => receiver.received.map(({ type }) => type))
    .toEqual(['alert.raised', 'alert.acknowledged', 'alert.resolved']);
});

test('an alert shows its timeline and its notifications', async ({ belfry, receiver }) => {
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

test('an alert is snoozed, and says that it is until it is not', async ({ belfry }) => {
  const { page } = belfry;
  await belfry.fire('disk_full');
  await page.getByRole('link', { name: /disk_full/ }).click();
  const pane = page.getByRole('complementary', { name: 'disk_full on nas' });
  const row = page.getByRole('listitem').filter({ hasText: 'disk_full on nas' }).first();
  await pane.getByRole('button', { name: 'Snooze…' }).click();
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /^Until tomorrow, 8:00/ })
    .click();
  await expect(row).toContainText('Snoozed until');
  await expect(pane).toContainText('Snoozed');
  await pane.getByRole('button', { name: 'Unsnooze' }).click();
  await expect(row).not.toContainText('Snoozed until');
  await expect(pane.getByRole('button', { name: 'Snooze…' })).toBeVisible();
});

test('a silence of similar alerts starts with the matchers of one, and explains itself', async ({
  belfry,
  receiver,
}) => {
  const { page } = belfry;
  await belfry.addWebhook('hook', receiver.url);
  await belfry.fire('disk_full');
  await expect.poll(() => receiver.received.map(({ type }) => type)).toEqual(['alert.raised']);
  await page.getByRole('link', { name: /disk_full/ }).click();
  const pane = page.getByRole('complementary', { name: 'disk_full on nas' });
  await expect(pane).toContainText('Who was notified');
  await expect(pane).toContainText('Notified');
  await pane.getByRole('button', { name: 'Silence similar alerts…' }).click();
  const sheet = page.getByRole('dialog', { name: 'New silence' });
  await expect(sheet.locator('input').first()).toHaveValue('kind="disk_full"');
  await expect(sheet).toContainText('Covers 1 alert now.');
  await sheet.getByRole('button', { name: 'Cancel' }).click();
  await expect(pane).toBeVisible();

  await belfry.api('silences.create', {
    matchers: ['kind="backup_failed"'],
    endsAt: Date.now() + 3_600_000,
    comment: 'new disks',
  });
  await belfry.fire('backup_failed');
  await page.keyboard.press('Escape');
  await belfry.open('Alerts');
  await expect(page.getByText('Active: 1 silence')).toBeVisible();
  const row = page.getByRole('listitem').filter({ hasText: 'backup_failed on nas' }).first();
  await expect(row).toContainText('Silenced');
  await row.getByRole('link', { name: /backup_failed/ }).click();
  const silenced = page.getByRole('complementary', { name: 'backup_failed on nas' });
  await expect(silenced).toContainText(/Waiting|Not notified/);
  expect(receiver.received.map(({ kind }) => kind)).toEqual(['disk_full']);
});

test('a selection is silenced until Monday, by what it shares, beside what that covers', async ({
  belfry,
}) => {
  const { page } = belfry;
  for (const host of ['a', 'b', 'c']) await belfry.fire('agent_offline', { host });
  await expect(page.getByRole('checkbox', { name: /^Select agent_offline/ })).toHaveCount(3);
  for (const host of ['a', 'b']) {
    await page.getByRole('checkbox', { name: `Select agent_offline on ${host}` }).check();
  }
  const bar = page.getByRole('group', { name: 'Selected alerts' });
  await bar.getByRole('button', { name: 'Silence…' }).click();
  const sheet = page.getByRole('dialog', { name: 'New silence' });
  await expect(sheet).toContainText('Covers 2 alerts now.');
  const covered = sheet.getByRole('region', { name: 'Alerts this silence covers' });
  await expect(covered.getByRole('listitem')).toHaveText([/on b/, /on a/]);

  await sheet.getByRole('button', { name: 'Remove matcher 2 of Matching alerts' }).click();
  await expect(sheet).toContainText('Covers 3 alerts now. 1 of them was not selected.');
  await belfry.fire('agent_offline', { host: 'd' });
  await expect(sheet).toContainText('Covers 4 alerts now. 2 of them were not selected.');

  await sheet.getByRole('radio', { name: /^Until Monday/ }).check();
  await sheet.getByRole('textbox', { name: 'Reason' }).fill('a quiet weekend');
  await sheet.getByRole('button', { name: 'Silence', exact: true }).click();
  await expect(page.getByText('Silence saved. It matches 4 alerts now.')).toBeVisible();
  await expect(bar).toHaveCount(0);
  const row = page.getByRole('listitem').filter({ hasText: 'agent_offline on a' });
  await expect(row).toContainText('Silenced');
  const [silence] = (await belfry.api('silences.list', {})).items;
  const end = new Date(silence?.endsAt ?? 0);
  expect([end.getDay(), end.getHours(), end.getMinutes()]).toEqual([1, 8, 0]);
  expect(silence).toMatchObject({ matchers: ['kind="agent_offline"'], comment: 'a quiet weekend' });
});

test('several alerts are acknowledged and resolved at once', async ({ belfry }) => {
  const { page } = belfry;
  const hosts = ['a', 'b', 'c', 'd', 'e'];
  for (const host of hosts) await belfry.fire('agent_offline', { host });
  const box = (host: string) =>
    page.getByRole('checkbox', { name: `Select agent_offline on ${host}` });
  const bar = page.getByRole('group', { name: 'Selected alerts' });
  await box('d').check();
  await box('b').click({ modifiers: ['Shift'] });
  await expect(box('c')).toBeChecked();
  await expect(bar).toContainText('3 alerts selected');
  await bar.getByRole('button', { name: 'Acknowledge' }).click();
  await expect(page.getByText('3 acknowledged.')).toBeVisible();
  await expect(bar).toHaveCount(0);

  await page.getByRole('checkbox', { name: 'Select all' }).check();
  await bar.getByRole('button', { name: 'Acknowledge' }).click();
  await expect(page.getByText('2 acknowledged, 3 unchanged.')).toBeVisible();

  await page.getByRole('checkbox', { name: 'Select all' }).check();
  await bar.getByRole('button', { name: 'Resolve…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Resolve 5 alerts?' });
  await dialog.getByRole('button', { name: 'Resolve' }).click();
  await expect(page.getByText('5 resolved.')).toBeVisible();
  await expect(page.getByText('All quiet')).toBeVisible();
});

test('all that match a search are acknowledged, those that are not loaded included', async ({
  belfry,
}) => {
  const { page } = belfry;
  const events = Array.from({ length: 250 }, (_, index) => ({
    host: `host${index}`,
    kind: index < 200 ? 'disk_slow' : 'fan_loud',
    status: 'firing',
  }));
  await belfry.api('events.ingest', events);
  await page.getByRole('combobox', { name: 'Search alerts' }).fill('disk_slow');
  await expect(page.getByText('200 alerts')).toBeVisible();
  await page.getByRole('checkbox', { name: 'Select all' }).check();
  const bar = page.getByRole('group', { name: 'Selected alerts' });
  await expect(bar).toContainText('100 alerts selected');
  await bar.getByRole('button', { name: 'Select all 200 matching' }).click();
  await bar.getByRole('button', { name: 'Acknowledge' }).click();
  await expect(page.getByText('200 acknowledged.')).toBeVisible();
  const { total } = await belfry.api('alerts.list', { state: ['open'] });
  expect(total).toBe(50);
});

test('the picture of an alert is shown once a message has it, from the host that was listed', async ({
  belfry,
}) => {
  const { page } = belfry;
  await using pictures = await PictureHost.start();
  await using chat = await HttpReceiver.start();
  chat.respond = status(200, { 'content-type': 'application/json' }, '{"id":"1"}');
  const annotations = { imageURL: pictures.at() };
  await belfry.fire('disk_full', { annotations });
  await page.getByRole('link', { name: /disk_full/ }).click();
  const pane = page.getByRole('complementary', { name: 'disk_full on nas' });
  await expect(pane.getByRole('heading', { name: 'Picture' })).toBeVisible();
  await expect(pane.getByRole('link', { name: pictures.at() })).toBeVisible();
  expect(pictures.asked).toEqual([]);

  await belfry.openSettings('General');
  await page.getByRole('textbox', { name: 'Hosts with pictures' }).fill('127.0.0.1');
  await page.getByRole('button', { name: 'Save settings' }).click();
  await expect(page.getByText('Settings saved.')).toBeVisible();
  const config = { url: `${chat.url}/api/webhooks/1/token` };
  await belfry.api('channels.create', { kind: 'discord', name: 'chat', config });
  await belfry.fire('power_lost', { annotations });
  await belfry.open('Alerts');
  await page.getByRole('link', { name: /power_lost/ }).click();
  const shown = page.getByRole('img', { name: 'Picture of the alert' });
  await expect(shown).toBeVisible();
  expect(
    await shown.evaluate((it: HTMLImageElement) => [it.naturalWidth, it.naturalHeight]),
  ).toEqual([24, 10]);
  expect(pictures.asked).toEqual(['/a.png']);
  expect(chat.received).toHaveLength(1);
});
