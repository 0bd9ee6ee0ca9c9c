import { PathProxy } from '../support/path-proxy.ts';
import { expect, test } from './fixtures/belfry.ts';

test.use({ serviceWorkers: 'allow' });

test('a browser waits while Belfry cannot be reached, and comes back to the same view', async ({
  belfry,
  chromium,
}) => {
  await using proxy = await PathProxy.start(belfry.url, '/belfry');
  const context = await (await chromium()).newContext({ viewport: { width: 400, height: 700 } });
  const page = await context.newPage();
  const { url } = await belfry.api('session.link', {});
  await page.goto(`${proxy.url}/${new URL(url).hash}`);
  await expect(page.getByRole('heading', { level: 1, name: 'Overview' })).toBeVisible();
  await page.evaluate(async () => {
    location.hash = '#/alerts';
    await navigator.serviceWorker.ready;
  });
  const away = page.getByRole('heading', { level: 1, name: 'Belfry cannot be reached' });
  const alerts = page.getByRole('heading', { level: 1, name: 'Alerts' });

  // A proxy stays when Belfry is gone.
  proxy.isAway = true;
  await page.reload();
  await expect(away).toBeVisible();
  await expect(page.getByText('This page opens as soon as')).toContainText(new URL(proxy.url).host);
  await expect(page.getByText('Belfry ist nicht erreichbar')).toBeHidden();
  proxy.isAway = false;
  await expect(alerts).toBeVisible();

  // So does nothing when the network is.
  await context.setOffline(true);
  await page.reload();
  await expect(away).toBeVisible();
  await context.setOffline(false);
  await expect(alerts).toBeVisible();

  // The answers come from Belfry, never from the browser's memory.
  await belfry.fire('backup_failed');
  await expect(page.getByText('backup_failed').first()).toBeVisible();
  expect(proxy.strays).toEqual([]);
  await context.close();
});

test('the page can be installed as an app', async ({ belfry }) => {
  const { page } = belfry;
  await page.evaluate(() => navigator.serviceWorker.ready);
  const browser = await page.context().newCDPSession(page);
  const { manifest, errors } = await browser.send('Page.getAppManifest');
  expect(errors).toEqual([]);
  expect(manifest).toMatchObject({ name: 'Belfry', display: 'kStandalone' });
  const { installabilityErrors } = await browser.send('Page.getInstallabilityErrors');
  // A private window installs nothing.
  expect(installabilityErrors.map(({ errorId }) => errorId)).toEqual(['in-incognito']);
});
