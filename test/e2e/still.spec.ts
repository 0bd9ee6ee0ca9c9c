import { expect, test } from './fixtures/belfry.ts';

const PER_SECOND = 50;
const SECONDS = 5;

/** Returns the name of the row at a point. */
const rowAt = ({ x, y }: { x: number; y: number }): string =>
  document.elementFromPoint(x, y)?.closest('li')?.querySelector('.row-link')?.textContent.trim() ??
  '';

test('no row moves under a resting pointer while fifty alerts a second arrive', async ({
  belfry,
}) => {
  const { page } = belfry;
  for (let index = 0; index < 12; index += 1) {
    await belfry.fire('fan_loud', { host: `old${index}` });
  }
  const rows = page.getByRole('listitem').filter({ hasText: 'fan_loud' });
  await expect(rows).toHaveCount(12);
  await rows.nth(2).hover();
  const box = await rows.nth(2).boundingBox();
  const point = {
    x: (box?.x ?? 0) + (box?.width ?? 0) / 2,
    y: (box?.y ?? 0) + (box?.height ?? 0) / 2,
  };
  const before = await page.evaluate(rowAt, point);
  expect(before).toContain('fan_loud');

  const seen = new Set<string>();
  for (let index = 0; index < PER_SECOND * SECONDS; index += PER_SECOND / 10) {
    const events = Array.from({ length: PER_SECOND / 10 }, (_, part) => ({
      host: `new${index + part}`,
      kind: 'disk_slow',
      status: 'firing',
    }));
    const sent = Date.now();
    await belfry.api('events.ingest', events);
    // A row that changes does so in its place, and one that ends stays as well.
    if (index === PER_SECOND) {
      await belfry.fire('fan_loud', { host: 'old11', message: 'louder' });
      await belfry.api('events.ingest', { host: 'old10', kind: 'fan_loud', status: 'resolved' });
    }
    seen.add(await page.evaluate(rowAt, point));
    await page.waitForTimeout(Math.max(0, 100 - (Date.now() - sent)));
  }
  expect([...seen]).toEqual([before]);
  await expect(rows).toHaveCount(12);
  await expect(rows.filter({ hasText: 'old11' })).toContainText('louder');
  await expect(rows.filter({ hasText: 'old10' })).toContainText('Resolved');
  await expect(page.getByText('261 alerts', { exact: true })).toBeVisible();

  await page.getByRole('button', { name: '250 new' }).click();
  await expect(page.getByRole('listitem').filter({ hasText: 'disk_slow' }).first()).toBeVisible();
  await expect(page.getByRole('button', { name: / new$/ })).toHaveCount(0);
});

test('a first step that is done moves no row', async ({ belfry, receiver }) => {
  const { page } = belfry;
  await belfry.fire('fan_loud');
  const row = page.getByRole('listitem').filter({ hasText: 'fan_loud' });
  await expect(page.getByText('The first event has arrived.')).toBeVisible();
  const before = await row.boundingBox();
  await belfry.addWebhook('phone', receiver.url);
  await expect(page.getByRole('listitem').filter({ hasText: 'Add a channel' })).toContainText(
    'phone',
  );
  await belfry.fire('fan_loud', { host: 'nas2' });
  await expect(page.getByText('The first notification was delivered.')).toBeVisible();
  await expect(row).toHaveCount(2);
  expect((await row.first().boundingBox())?.y).toBe(before?.y);
});

test('a list that has the focus keeps its places, and what the person does shows at once', async ({
  belfry,
}) => {
  const { page } = belfry;
  await belfry.fire('fan_loud');
  await belfry.fire('disk_slow');
  const rows = page.getByRole('listitem').filter({ has: page.locator('.row-link') });
  await expect(rows).toHaveCount(2);
  await page.getByRole('link', { name: /fan_loud/ }).focus();
  await belfry.fire('agent_offline');
  await expect(page.getByRole('button', { name: '1 new' })).toBeVisible();
  await expect(rows).toHaveCount(2);

  const row = rows.filter({ hasText: 'fan_loud' });
  await row.getByRole('button', { name: 'Resolve…' }).press('Enter');
  await page.getByRole('dialog').getByRole('button', { name: 'Resolve' }).press('Enter');
  await expect(row).toHaveCount(0);
  await belfry.nav('Alerts').focus();
  await expect(rows).toHaveCount(2);
  await expect(rows.first()).toContainText('agent_offline');
});

test('dead letters by cause keep their order until somebody asks', async ({ belfry }) => {
  const { page } = belfry;
  const die = async (count: number): Promise<void> => {
    await expect.poll(async () => (await belfry.api('notifications.stats', {})).dead).toBe(count);
  };
  const route = async (name: string, host: string) => {
    const id = await belfry.addWebhook(name, `${belfry.url}/no/such/${name}`);
    await belfry.api('routes.create', { name, matchers: [`host="${host}"`], channelIds: [id] });
  };
  await route('first', 'a');
  await route('second', 'b');
  await belfry.fire('fan_loud', { host: 'b' });
  await die(1);
  await belfry.fire('fan_loud', { host: 'a' });
  await die(2);
  await belfry.open('Dead letters');
  const list = page.getByRole('list', { name: 'Dead letters by cause' });
  const groups = list.getByRole('button', { expanded: false });
  await expect(groups).toHaveCount(2);
  const order = await groups.allTextContents();
  const last = order[1]?.includes('first') ? 'a' : 'b';
  for (let index = 0; index < 3; index += 1) {
    await belfry.fire(`disk_slow_${index}`, { host: last });
  }
  await die(5);
  await expect(list.getByText('4 dead letters')).toBeVisible();
  expect(await groups.allTextContents()).toEqual(order);
  await page.getByRole('button', { name: 'Show changes' }).click();
  await expect.poll(() => groups.allTextContents()).toEqual(order.toReversed());
});
