import type { BrowserContext } from '@playwright/test';
import { expect, test as base } from './fixtures/belfry.ts';

/** A German's browser, signed in. */
const test = base.extend<{ german: BrowserContext }>({
  german: async ({ chromium, belfry }, use) => {
    const context = await (
      await chromium()
    ).newContext({ locale: 'de-AT', serviceWorkers: 'block' });
    const page = await context.newPage();
    await page.goto((await belfry.api('session.link', {})).url);
    await expect(page.locator('nav')).toBeVisible();
    await page.close();
    await use(context);
    await context.close();
  },
});

test('the language is changed while the window is open', async ({ belfry }) => {
  await belfry.api('settings.update', { language: 'de' });
  await expect(belfry.page.getByRole('link', { name: 'Kanäle' })).toBeVisible();
  await belfry.page.reload();
  await expect(belfry.page.getByRole('link', { name: 'Kanäle' })).toBeVisible();
  await belfry.api('settings.update', { language: 'en' });
  await expect(belfry.page.getByRole('link', { name: 'Channels' })).toBeVisible();
});

test('a browser in German shows German from the first', async ({ belfry, german }) => {
  const page = await german.newPage();
  await page.goto(belfry.url);
  await expect(page.locator('nav').first()).toContainText('Kanäle');
});

test('a window that cannot load its language is in English', async ({ belfry, german }) => {
  const page = await german.newPage();
  await page.route(/\/de-[\w-]+\.js$/, (route) => route.abort());
  await page.goto(belfry.url);
  await expect(page.locator('nav').first()).toContainText('Channels');
});
