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
