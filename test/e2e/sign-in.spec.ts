import { expect, test } from './fixtures/belfry.ts';

test('the window signs in by a link that works once and leaves no code behind', async ({
  belfry,
  chromium,
}) => {
  const browser = await chromium();
  await expect(belfry.nav('Alerts')).toBeVisible();
  expect(belfry.page.url()).not.toContain('sign-in');

  const { url } = await belfry.api('session.link', {});
  const stranger = await browser.newContext();
  const page = await stranger.newPage();
  await page.goto(belfry.url);
  await expect(page.getByRole('heading', { name: 'Sign in to Belfry' })).toBeVisible();

  await page.getByLabel('Sign-in link').fill(url);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Overview' })).toBeVisible();
  await page.reload();
  await expect(page.getByRole('heading', { level: 1, name: 'Overview' })).toBeVisible();
  await stranger.close();

  const late = await browser.newContext();
  const latePage = await late.newPage();
  await latePage.goto(url);
  await expect(latePage.getByText('The link did not work')).toBeVisible();
  await late.close();
});

test('a token that is revoked or absent gets nothing', async ({ belfry }) => {
  for (const authorization of ['Bearer nonsense', '']) {
    const response = await fetch(`${belfry.url}/api/v1/alerts`, { headers: { authorization } });
    expect(response.status).toBe(401);
  }
});
