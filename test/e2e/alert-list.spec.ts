import { expect, test } from './fixtures/belfry.ts';

for (const width of [1_100, 1_280]) {
  test(`rows keep to one line beside open details at ${width} px, and show their actions on hover`, async ({
    belfry,
  }) => {
    const { page } = belfry;
    await page.setViewportSize({ width, height: 800 });
    for (const host of ['nas', 'pve', 'a-rather-long-host-name.example.internal']) {
      await belfry.fire('container_restarting', { host, message: 'restarted '.repeat(20) });
    }
    const rows = page.locator('li.alert');
    await expect(rows).toHaveCount(3);
    await rows.nth(0).getByRole('link').click();
    const pane = page.getByRole('complementary');
    await expect(pane).toBeVisible();
    const heights = await rows.evaluateAll((all) => all.map((row) => row.clientHeight));
    for (const height of heights) expect(height).toBeLessThanOrEqual(44);

    const list = await rows.nth(0).boundingBox();
    const beside = await pane.boundingBox();
    expect((list?.x ?? 0) + (list?.width ?? 0)).toBeLessThanOrEqual(beside?.x ?? 0);

    const actions = rows.nth(1).locator('.actions');
    await expect(actions).toHaveCSS('opacity', '0');
    await rows.nth(1).hover();
    await expect(actions).toHaveCSS('opacity', '1');
    await rows.nth(2).getByRole('link').focus();
    await expect(rows.nth(2).locator('.actions')).toHaveCSS('opacity', '1');
    const moved = await rows.evaluateAll((all) => all.map((row) => row.clientHeight));
    expect(moved).toEqual(heights);
  });
}

test('alerts are grouped by a label with counts, folded, and ordered by severity, all in the address', async ({
  belfry,
}) => {
  const { page } = belfry;
  const fire = (host: string, severity: string, zone: string) =>
    belfry.api('events.ingest', {
      ...{ host, kind: 'disk_full', status: 'firing', severity, labels: { zone } },
    });
  await fire('a', 'critical', 'attic');
  await fire('b', 'info', 'attic');
  await fire('c', 'warning', 'base');
  await fire('d', 'info', 'base');
  const rows = page.locator('main a.row-link');
  await expect(rows).toHaveText([/ d$/, / c$/, / b$/, / a$/]);
  await page.getByLabel('Sort by').selectOption('Severity first');
  await expect(rows).toHaveText([/ a$/, / c$/, / d$/, / b$/]);
  await expect(page).toHaveURL(/sort=severity/);

  await page.getByLabel('Group by').focus();
  await page.getByLabel('Group by').selectOption('zone');
  const attic = page.getByRole('button', { name: 'attic' });
  await expect(attic).toContainText('Critical');
  await expect(attic).toContainText('2 alerts');
  await expect(rows).toHaveText([/ a$/, / b$/, / c$/, / d$/]);
  await page.reload();
  await expect(rows).toHaveText([/ a$/, / b$/, / c$/, / d$/]);
  await expect(page).toHaveURL(/sort=severity&group=zone/);

  await attic.click();
  await expect(rows).toHaveText([/ c$/, / d$/]);
  await attic.focus();
  await fire('e', 'critical', 'base');
  await fire('f', 'info', 'base');
  await expect(page.getByRole('button', { name: 'base' })).toContainText('4 alerts');
  const names = page.locator('main button[aria-expanded] strong');
  await expect(names).toHaveText(['attic', 'base']);
  await belfry.nav('Alerts').focus();
  await page.mouse.move(0, 0);
  await expect(names).toHaveText(['base', 'attic']);
  await page.goBack();
  await expect(page.getByLabel('Group by')).toHaveValue('');
  await expect(rows).toHaveCount(6);
});

test('labels are a second line where somebody wants it, without what only machines read', async ({
  belfry,
}) => {
  const { page } = belfry;
  const labels = { zone: 'base', job: 'nightly', uid: '0198c1de-0000-7000-8000-000000000001' };
  await belfry.api('events.ingest', { host: 'nas', kind: 'disk_full', status: 'firing', labels });
  const row = page.locator('li.alert');
  await expect(row).toHaveCount(1);
  await expect(row).not.toContainText('zone');
  await page.getByRole('checkbox', { name: 'Labels' }).check();
  const line = row.getByRole('list', { name: 'Labels' });
  await expect(line.getByRole('listitem')).toHaveText(['job=nightly', 'zone=base']);
  await page.reload();
  await expect(line).toBeVisible();
  await page.getByRole('checkbox', { name: 'Labels' }).uncheck();
  await expect(row).not.toContainText('zone');
});
