import { expect, test } from './fixtures/belfry.ts';

test('the wall shows the overview with a token that can only read, and stays signed in', async ({
  belfry,
  chromium,
}) => {
  await belfry.fire('backup_failed', { severity: 'critical', message: 'disk full' });
  const { token } = await belfry.api('tokens.create', { name: 'wall', scope: 'read' });
  const size = { width: 1_920, height: 1_080 };
  const display = await (await chromium()).newContext({ viewport: size });
  const page = await display.newPage();
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await page.goto(`${belfry.url}/#/wall`);
  await page.getByLabel('Token').fill(token);
  await page.getByRole('button', { name: 'Show' }).click();
  await expect(page.getByText('1 critical alert needs you.')).toBeVisible();
  await expect(page.getByText('backup_failed').first()).toBeVisible();
  expect(asked.join()).not.toContain(token);
  expect(await page.evaluate(() => JSON.stringify(localStorage))).not.toContain(token);
  const { width, height } = await page.evaluate(() => ({
    width: document.documentElement.scrollWidth,
    height: document.documentElement.scrollHeight,
  }));
  expect({ width, height }).toEqual(size);

  await page.reload();
  await belfry.fire('agent_offline', { severity: 'critical', host: 'pi' });
  await expect(page.getByText('2 critical alerts need you.')).toBeVisible();
  await display.close();
});
