import { AxeBuilder } from '@axe-core/playwright';
import { expect, test, VIEWS, type Belfry } from './fixtures/belfry.ts';
import type { Receiver } from './fixtures/receiver.ts';

async function findings(belfry: Belfry): Promise<string[]> {
  // The other mode opens its own page, which Electron does not have.
  const { violations } = await new AxeBuilder({ page: belfry.page }).setLegacyMode().analyze();
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}

/** Something of every kind that a view shows. */
async function fill(belfry: Belfry, receiver: Receiver): Promise<void> {
  await belfry.addWebhook('hook', receiver.url);
  await receiver.down();
  await belfry.fire('backup_failed', { severity: 'critical', message: 'disk full' });
  await belfry.fire('agent_offline', { host: 'pi', severity: 'info' });
  await belfry.api('tokens.create', { name: 'prometheus', scope: 'ingest' });
  await belfry.api('routes.create', { name: 'none', matchers: ['host="elsewhere"'] });
  await belfry.api('routes.create', { name: 'rest' });
  const endsAt = Date.now() + 3_600_000;
  await belfry.api('silences.create', { matchers: ['host="elsewhere"'], endsAt });
  const schedule = { type: 'period', periodMs: 86_400_000 } as const;
  await belfry.api('heartbeats.create', { name: 'backup', schedule, graceMs: 3_600_000 });
  await expect(belfry.nav('Dead letters')).toHaveAccessibleName('Dead letters, 2 undelivered');
}

// Axe takes a second or two for a view, and some look at all of them twice.
test.describe.configure({ timeout: 180_000 });

test('axe finds nothing in any view with high contrast, which is remembered', async ({
  belfry,
  receiver,
}) => {
  const { page } = belfry;
  await fill(belfry, receiver);
  await belfry.openSettings('General');
  await page.getByRole('radio', { name: 'High contrast' }).check();
  await page.reload();
  await expect(page.getByRole('radio', { name: 'High contrast' })).toBeChecked();
  const background = () =>
    page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  for (const [colorScheme, colour] of [
    ['light', 'rgb(255, 255, 255)'],
    ['dark', 'rgb(0, 0, 0)'],
  ] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await background()).toBe(colour);
    for (const view of VIEWS) {
      await belfry.open(view);
      expect(await findings(belfry), `${view}, ${colorScheme}`).toEqual([]);
    }
  }
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds nothing in any view, ${colorScheme}`, async ({ belfry, receiver }) => {
    await belfry.page.emulateMedia({ colorScheme });
    await fill(belfry, receiver);
    for (const view of VIEWS) {
      await belfry.open(view);
      expect(await findings(belfry), view).toEqual([]);
    }
  });

  test(`axe finds nothing in the settings, the audit log and the panes, ${colorScheme}`, async ({
    belfry,
    receiver,
  }) => {
    await belfry.page.emulateMedia({ colorScheme });
    await fill(belfry, receiver);
    for (const part of ['General', 'Backups', 'Export and import', 'About'] as const) {
      await belfry.openSettings(part);
      expect(await findings(belfry), part).toEqual([]);
    }
    await belfry.nav('Audit log').click();
    await expect(belfry.page.getByRole('row').first()).toBeVisible();
    expect(await findings(belfry), 'the audit log').toEqual([]);
    for (const view of ['Alerts', 'Dead letters'] as const) {
      await belfry.open(view);
      if (view === 'Dead letters') {
        await belfry.page.getByRole('button', { name: /– hook$/ }).click();
      }
      await belfry.page.getByRole('link', { name: /backup_failed/ }).click();
      await expect(belfry.page).toHaveURL(/[0-9a-f-]{36}$/);
      expect(await findings(belfry), `${view} with its pane`).toEqual([]);
    }
  });

  test(`axe finds nothing in what flaps and in the bars of a choice, ${colorScheme}`, async ({
    belfry,
    receiver,
  }) => {
    const { page } = belfry;
    await page.emulateMedia({ colorScheme });
    await belfry.addWebhook('hook', receiver.url);
    await receiver.down();
    for (let change = 0; change < 5; change += 1) {
      const status = change % 2 === 0 ? 'firing' : 'resolved';
      await belfry.api('events.ingest', { host: 'nas', kind: 'link_down', status });
    }
    await belfry.fire('backup_failed', { severity: 'critical' });
    // A row that comes in later is not among those that were selected.
    await expect(page.getByRole('link', { name: /backup_failed/ })).toBeVisible();
    await page.getByRole('checkbox', { name: 'Select all' }).check();
    await expect(page.getByRole('group', { name: 'Selected alerts' })).toBeVisible();
    expect(await findings(belfry), 'selected alerts').toEqual([]);
    await page.getByRole('tab', { name: /^Flapping/ }).click();
    await expect(page.getByRole('img', { name: '5 changes in' })).toBeVisible();
    expect(await findings(belfry), 'what flaps').toEqual([]);

    await expect(belfry.nav('Dead letters')).toHaveAccessibleName(/undelivered$/);
    await belfry.open('Dead letters');
    await page.getByRole('tab', { name: 'All' }).click();
    await page.getByRole('checkbox', { name: 'Select all' }).check();
    const bar = page.getByRole('group', { name: 'Selected dead letters' });
    expect(await findings(belfry), 'selected dead letters').toEqual([]);
    await bar.getByRole('button', { name: 'Discard…' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Discard', exact: true }).click();
    await expect(page.getByRole('button', { name: 'Undo' })).toBeVisible();
    expect(await findings(belfry), 'a notice with an undo').toEqual([]);
    await belfry.open('Channels');
    const row = page.getByRole('listitem').filter({ hasText: 'hook' });
    await row.getByRole('button', { name: 'More actions' }).click();
    expect(await findings(belfry), 'the menu of a channel').toEqual([]);
    await page.keyboard.press('Escape');
    await row.getByRole('button', { name: 'Edit' }).click();
    await page.getByText('Advanced:').click();
    await page.getByLabel('Limit the sending rate').check();
    expect(await findings(belfry), 'the dialog of a channel').toEqual([]);
  });
}

test('axe finds nothing in the test of routes, the calendar of mutes and what flaps', async ({
  belfry,
  receiver,
}) => {
  const { page } = belfry;
  await fill(belfry, receiver);
  const timeZone = 'Asia/Tokyo';
  const days = [1, 2, 3, 4, 5, 6, 7];
  const schedule = { type: 'weekly', days, from: '22:00', to: '07:00', timeZone } as const;
  await belfry.api('maintenance.create', { name: 'Cables', schedule });
  for (const status of ['firing', 'resolved', 'firing', 'resolved', 'firing'] as const)
    await belfry.api('events.ingest', { host: 'nas', kind: 'link_down', status });
  await belfry.open('Routing');
  await page.getByRole('button', { name: 'Choose an alert' }).click();
  await expect(page.getByRole('button', { name: /link_down/ })).toBeVisible();
  expect(await findings(belfry)).toEqual([]);
  await page.getByRole('button', { name: /link_down/ }).click();
  await expect(page.getByText('Does not match').first()).toBeVisible();
  expect(await findings(belfry)).toEqual([]);
  await belfry.open('Muting');
  await page.getByRole('tab', { name: 'Calendar' }).click();
  await expect(page.getByRole('toolbar', { name: /^Cables/ })).toBeVisible();
  expect(await findings(belfry)).toEqual([]);
  await belfry.open('Alerts');
  await page.getByRole('tab', { name: 'Flapping' }).click();
  await expect(page.getByRole('button', { name: 'Treat as stable…' })).toBeVisible();
  expect(await findings(belfry)).toEqual([]);
  await belfry.openSettings('General');
  await expect(page.getByText('with these numbers').first()).toBeVisible();
  expect(await findings(belfry)).toEqual([]);
});
