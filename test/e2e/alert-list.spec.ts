import { expect, test } from './fixtures/belfry.ts';

for (const { width, onHover } of [
  // The actions would lie over the name, which opens the row.
  { width: 1_280, onHover: '0' },
  { width: 1_440, onHover: '1' },
]) {
  test(`rows keep to one line beside open details at ${width} px, and show their actions where there is room`, async ({
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
    await expect(actions).toHaveCSS('opacity', onHover);
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

test('a view is saved, found from anywhere, renamed, and deleted with an undo', async ({
  belfry,
}) => {
  const { page } = belfry;
  await belfry.fire('disk_full');
  await expect(page.locator('li.alert')).toHaveCount(1);
  await page.getByLabel('Group by').selectOption('Host');
  await page.getByRole('button', { name: 'Save view…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Save view' });
  await dialog.getByRole('textbox', { name: 'Name' }).fill('By host');
  await dialog.getByRole('button', { name: 'Save' }).click();
  const views = page.getByRole('navigation', { name: 'Saved views' });
  await expect(views.getByRole('link', { name: 'By host' })).toHaveAttribute(
    'aria-current',
    'true',
  );

  await belfry.open('Channels');
  await page.keyboard.press('ControlOrMeta+k');
  await page.getByRole('combobox').fill('by host');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/alerts\?group=host/);
  await expect(page.getByRole('button', { name: 'nas' })).toContainText('1 alert');

  await page.getByRole('button', { name: 'Rename…' }).click();
  const rename = page.getByRole('dialog', { name: 'Rename By host' });
  await rename.getByRole('textbox', { name: 'Name' }).fill('Hosts');
  await rename.getByRole('button', { name: 'Save' }).click();
  await expect(views.getByRole('link')).toHaveText('Hosts');
  await page.getByRole('group', { name: 'Hosts' }).getByRole('button', { name: 'Delete' }).click();
  await expect(views).toHaveCount(0);
  await page.getByRole('status').getByRole('button', { name: 'Undo' }).last().click();
  await expect(views.getByRole('link')).toHaveText('Hosts');
  expect((await belfry.api('views.list', {})).items).toMatchObject([
    { name: 'Hosts', params: { group: 'host' } },
  ]);
});
