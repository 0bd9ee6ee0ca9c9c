import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DesktopSession } from '../support/dbus/desktop-session.ts';
import { StandInProcess } from '../support/electron/stand-in-process.ts';
import { expect, test, type Belfry } from './fixtures/belfry.ts';
import { standInOf } from './fixtures/stand-in-of.ts';

function sessionOf(belfry: Belfry) {
  const { session } = belfry.desktop;
  if (!session) throw new Error('This spec needs the session bus of the stand-in');
  return session;
}

test('the tray shows the worst alert and the dead letters, and leads to them', async ({
  belfry,
  receiver,
}) => {
  const standIn = standInOf(belfry);
  await belfry.addWebhook('hook', receiver.url);
  await expect.poll(() => standIn.ask('tray')).toMatchObject({ image: 'ok.png' });
  await belfry.fire('backup_late', { severity: 'warning' });
  await expect
    .poll(() => standIn.ask('tray'))
    .toMatchObject({
      image: 'warning.png',
      toolTip: 'Belfry: 1 open alert (warning)',
    });
  await expect.poll(() => receiver.received.map(({ kind }) => kind)).toEqual(['backup_late']);
  await receiver.down();
  await belfry.fire('disk_slow', { severity: 'warning' });
  await expect.poll(() => standIn.ask('tray')).toMatchObject({ image: 'dead.png' });
  await belfry.fire('backup_failed', { severity: 'critical' });
  await expect.poll(async () => (await standIn.ask('tray')).labels).toContain('Dead letters (2)');
  await expect.poll(() => standIn.ask('tray')).toMatchObject({ image: 'critical.png' });

  await belfry.desktop.closeWindow();
  await expect.poll(async () => (await belfry.desktop.window()).visible).toBe(false);
  await standIn.ask('clickTrayMenu', 'Dead letters (2)');
  await expect.poll(async () => (await belfry.desktop.window()).visible).toBe(true);
  await expect(belfry.page.getByRole('heading', { level: 1 })).toHaveText('Dead letters');
});

test('an open alert is opened and acknowledged from the tray', async ({ belfry }) => {
  const standIn = standInOf(belfry);
  await belfry.fire('backup_failed', { severity: 'critical' });
  const { items } = await belfry.api('alerts.list', {});
  const [alert] = items;
  const label = `Critical: backup_failed on ${alert?.host}`;
  await expect.poll(async () => (await standIn.ask('tray')).labels).toContain(label);
  await standIn.ask('clickTrayMenu', label, 'Open');
  await expect(belfry.page).toHaveURL(new RegExp(`#/alerts/${alert?.id}$`));
  await standIn.ask('clickTrayMenu', label, 'Acknowledge');
  await expect
    .poll(async () => (await belfry.api('alerts.list', {})).items[0]?.state)
    .toBe('acknowledged');
});

test('dead letters are requeued from the tray', async ({ belfry, receiver }) => {
  const standIn = standInOf(belfry);
  await belfry.addWebhook('hook', receiver.url);
  await receiver.down();
  await belfry.fire('backup_failed');
  await expect.poll(async () => (await standIn.ask('tray')).labels).toContain('Dead letters (1)');
  await receiver.up();
  await standIn.ask('clickTrayMenu', 'Requeue dead letters');
  await expect.poll(() => receiver.received.map(({ kind }) => kind)).toEqual(['backup_failed']);
  await expect.poll(async () => (await standIn.ask('tray')).labels).toContain('Dead letters (0)');
});

test('a click on the tray hides the window in front, and shows it again', async ({ belfry }) => {
  const standIn = standInOf(belfry);
  await expect.poll(async () => (await belfry.desktop.window()).visible).toBe(true);
  await standIn.ask('clickTray');
  await expect.poll(async () => (await belfry.desktop.window()).visible).toBe(false);
  await standIn.ask('clickTray');
  await expect.poll(async () => (await belfry.desktop.window()).visible).toBe(true);
});

test('deliveries are paused and resumed from the tray', async ({ belfry, receiver }) => {
  const standIn = standInOf(belfry);
  await belfry.addWebhook('hook', receiver.url);
  await expect.poll(async () => (await standIn.ask('tray')).labels).toContain('Pause deliveries');
  await standIn.ask('clickTrayMenu', 'Pause deliveries', 'For 1 hour');
  await expect(belfry.page.getByText('Deliveries are paused.')).toBeVisible();
  await belfry.fire('while_paused');
  await expect.poll(async () => (await standIn.ask('tray')).labels).toContain('Resume deliveries');
  expect(receiver.received).toEqual([]);
  await standIn.ask('clickTrayMenu', 'Resume deliveries');
  await expect.poll(() => receiver.received.map(({ kind }) => kind)).toEqual(['while_paused']);
});

test('an alert is one notification, which a click opens and its end replaces', async ({
  belfry,
}) => {
  const { notifications } = sessionOf(belfry);
  await belfry.fire('backup_failed', { severity: 'critical', message: '<b>"$(id)"' });
  const { items } = await belfry.api('alerts.list', {});
  const id = items[0]?.id ?? '';
  await expect.poll(() => notifications.notified.length).toBe(1);
  expect(notifications.notified[0]).toMatchObject({
    title: expect.stringContaining('backup_failed'),
    body: expect.stringContaining('&lt;b&gt;"$(id)"'),
    hints: { urgency: 2 },
  });

  await belfry.open('Settings');
  notifications.invoke(1, 'default');
  await expect(belfry.page).toHaveURL(new RegExp(`#/alerts/${id}$`));

  await belfry.api('alerts.resolve', { id });
  await expect.poll(() => notifications.notified.length).toBe(2);
  expect(notifications.closed).toEqual([1]);
  expect(notifications.notified[1]).toMatchObject({
    title: expect.stringMatching(/resolved/i),
    hints: { urgency: 0 },
  });
});

test('alerts are acknowledged and snoozed from their notifications', async ({ belfry }) => {
  const { notifications } = sessionOf(belfry);
  for (const kind of ['first', 'second']) await belfry.fire(kind, { severity: 'warning' });
  await expect.poll(() => notifications.notified.length).toBe(2);
  const stateOf = async (title: string) => {
    const { items } = await belfry.api('alerts.list', {});
    const alert = items.find(({ kind }) => title.includes(kind));
    return { state: alert?.state, isSnoozed: alert?.snoozedUntil !== null };
  };
  const [first, second] = notifications.notified.map(({ title }) => title);
  notifications.invoke(1, 'acknowledge');
  await expect
    .poll(() => stateOf(first ?? ''))
    .toEqual({ state: 'acknowledged', isSnoozed: false });
  notifications.invoke(2, 'snooze');
  await expect.poll(() => stateOf(second ?? '')).toEqual({ state: 'open', isSnoozed: true });
  await expect.poll(() => notifications.closed).toEqual([1, 2]);
});

test('the test notification reaches every enabled channel', async ({ belfry, receiver }) => {
  const standIn = standInOf(belfry);
  await belfry.addWebhook('hook', receiver.url);
  await standIn.ask('clickTrayMenu', 'Send test notification');
  await expect.poll(() => receiver.received.map(({ type }) => type)).toEqual(['alert.test']);
  await expect
    .poll(() => sessionOf(belfry).notifications.notified.map(({ title }) => title))
    .toEqual(['Test from Belfry']);
});

test('a crashed page reloads automatically, and is live again', async ({ belfry }) => {
  const standIn = standInOf(belfry);
  await expect(belfry.nav('Alerts')).toBeVisible();
  const loaded = belfry.page.waitForEvent('load');
  await standIn.ask('crashPage');
  await loaded;
  await belfry.fire('after_the_crash');
  await expect(belfry.nav('Alerts')).toHaveAccessibleName('Alerts, 1 open');
});

test('a link in an alert opens in the browser, and the window stays', async ({ belfry }) => {
  const standIn = standInOf(belfry);
  await belfry.fire('with_link', { url: 'https://nas.example/status' });
  await belfry.page.getByRole('link', { name: /with_link/ }).click();
  await belfry.page.getByRole('link', { name: /nas\.example/ }).click();
  await expect
    .poll(async () => (await standIn.ask('record')).openedLinks)
    .toEqual(['https://nas.example/status']);
  await belfry.page.evaluate(() => void (location.href = 'https://elsewhere.example/'));
  await belfry.open('Channels');
});

test('a second app on the same data says why it does not start', async ({ belfry }) => {
  const { dataDir } = await belfry.api('system.status', {});
  const second = new StandInProcess({ env: { BELFRY_DATA_DIR: dataDir } });
  expect(await second.exited).toBe(1);
  expect(second.log).toMatch(/\[error box\] Belfry could not start: .*(already|another|in use)/);
});

async function withoutTray(
  args: readonly string[],
  look: (app: StandInProcess, session: DesktopSession) => Promise<void>,
): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'belfry-e2e-'));
  const session = await DesktopSession.start({ hasTray: false });
  const app = new StandInProcess({ env: { ...session.env, BELFRY_DATA_DIR: dataDir }, args });
  await once(app, 'load');
  await look(app, session);
  expect(await app.quit()).toBe(0);
  await session.stop();
  rmSync(dataDir, { recursive: true });
}

test('the window goes aside, not away, where no tray shows, and away once one has come', async () => {
  await withoutTray([], async (app, { tray }) => {
    await app.ask('closeWindow');
    await expect.poll(() => app.ask('window')).toMatchObject({ visible: true, minimized: true });
    await app.ask('secondInstance');
    await expect.poll(() => app.ask('window')).toMatchObject({ minimized: false });
    tray.setHost(true);
    await expect.poll(() => tray.items.length).toBe(1);
    await app.ask('closeWindow');
    await expect.poll(() => app.ask('window')).toMatchObject({ visible: false, minimized: false });
  });
});

test('a start in the background opens the window minimised where no tray has come', async () => {
  test.slow();
  await withoutTray(['--hidden'], async (app) => {
    await expect.poll(() => app.ask('window')).toMatchObject({ minimized: true });
  });
});

test('the window says once that closing minimises it', async ({ belfry }) => {
  const { tray } = sessionOf(belfry);
  const said = belfry.page.getByText('This desktop shows no tray icon');
  tray.setHost(false);
  await belfry.desktop.closeWindow();
  await expect(said).toBeVisible();
  await belfry.desktop.closeWindow();
  await expect(said).toHaveCount(1);
});

test('a second launch leaves the field to the first', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'belfry-e2e-'));
  const env = { BELFRY_DATA_DIR: dataDir, BELFRY_STAND_IN_IS_SECOND: '1' };
  const second = new StandInProcess({ env });
  let opened = 0;
  second.on('load', () => {
    opened += 1;
  });
  expect(await second.exited).toBe(0);
  expect(opened).toBe(0);
  expect(readdirSync(dataDir)).toEqual(['window']);
  rmSync(dataDir, { recursive: true });
});
