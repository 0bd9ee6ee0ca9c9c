import { expect, test, type Belfry } from './fixtures/belfry.ts';

/** As many changes as make a condition flap by default. */
const THRESHOLD = 5;

async function flap(belfry: Belfry, kind: string): Promise<void> {
  for (let change = 0; change < THRESHOLD; change += 1) {
    const status = change % 2 === 0 ? 'firing' : 'resolved';
    await belfry.api('events.ingest', { host: 'nas', kind, status });
  }
}

test('a flapping condition is notified once, and shows its changes as a picture', async ({
  belfry,
  receiver,
}) => {
  const { page } = belfry;
  await belfry.addWebhook('hook', receiver.url);
  await flap(belfry, 'link_down');
  await expect
    .poll(() => receiver.received.filter(({ type }) => type === 'alert.flapping_started').length)
    .toBe(1);

  const row = page.getByRole('listitem').filter({ hasText: 'link_down' }).first();
  await expect(row).toContainText('Flapping');
  await page.getByRole('button', { name: '1 more' }).click();
  await page.getByRole('link', { name: 'Show flapping' }).click();
  await expect(page.getByRole('tab', { name: 'Flapping 1', selected: true })).toBeVisible();
  const picture = page.getByRole('img', { name: `${THRESHOLD} changes in` });
  await expect(picture).toBeVisible();

  await belfry.api('events.ingest', { host: 'nas', kind: 'link_down', status: 'resolved' });
  await expect(page.getByRole('img', { name: `${THRESHOLD + 1} changes` })).toBeVisible();
  await expect(row).toContainText('Resolved');

  await row.getByRole('link', { name: /link_down/ }).click();
  const pane = page.getByRole('complementary', { name: 'link_down on nas' });
  await expect(pane.getByRole('heading', { name: 'Flapping' })).toBeVisible();
  await pane.getByText(`${THRESHOLD + 1} changes in`).click();
  await expect(pane.getByText(/^Firing, /).first()).toBeVisible();
  await expect(pane).toContainText('Flapping started');
  expect(receiver.received.filter(({ type }) => type === 'alert.flapping_started')).toHaveLength(1);
});

test('how much is flapping is set by a person', async ({ belfry }) => {
  const { page } = belfry;
  await belfry.openSettings('General');
  await page.getByLabel('Changes', { exact: true }).fill('20');
  await page.getByRole('button', { name: 'Save settings' }).click();
  await expect(page.getByText('Settings saved.')).toBeVisible();
  await flap(belfry, 'link_down');
  await belfry.open('Alerts');
  await page.getByRole('tab', { name: 'Flapping' }).click();
  await expect(page.getByText('Nothing is flapping')).toBeVisible();
  expect(await belfry.api('conditions.flapping', {})).toEqual({ items: [] });
});

test('a flapping alert is treated as stable by a person', async ({ belfry, receiver }) => {
  const { page } = belfry;
  await belfry.addWebhook('hook', receiver.url);
  await flap(belfry, 'link_down');
  const types = () => receiver.received.map(({ type }) => type);
  await expect.poll(types).toContain('alert.flapping_started');
  await belfry.open('Alerts');
  await page.getByRole('tab', { name: 'Flapping' }).click();
  const row = page.getByRole('listitem').filter({ hasText: 'link_down' }).first();
  await expect(row).toContainText('Settles in 15 minutes if nothing changes');
  await row.getByRole('button', { name: 'Treat as stable…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Treat as stable?' });
  await dialog.getByRole('button', { name: 'Treat as stable' }).click();
  await expect(page.getByText('link_down on nas is treated as stable.')).toBeVisible();
  await expect(page.getByText('Nothing is flapping')).toBeVisible();
  await expect.poll(types).toContain('alert.flapping_stopped');
  await belfry.nav('Audit log').click();
  await expect(page.getByText('treated as stable').first()).toBeVisible();
});

test('the settings say what other numbers would have done in the last week', async ({ belfry }) => {
  const { page } = belfry;
  await flap(belfry, 'link_down');
  await flap(belfry, 'link_up');
  await belfry.api('events.ingest', { host: 'nas', kind: 'link_up', status: 'resolved' });
  await belfry.openSettings('General');
  const section = page.getByRole('region', { name: 'Flapping' });
  await expect(section).toContainText(
    '2 alerts would have flapped with these numbers, and 1 change would have been held back.',
  );
  await page.getByLabel('Changes', { exact: true }).fill('6');
  await expect(section).toContainText(
    'With 6 changes in 5 min, 1 alert would have flapped in the last 7 days instead of 2. 1 fewer change would have been held back.',
  );
});
