import { expect, test } from './fixtures/belfry.ts';

test('a view that cannot be loaded says so, and is shown once it can be', async ({ belfry }) => {
  const { page } = belfry;
  await page.route('**/assets/DeadLettersView-*.js', (route) => route.abort());
  // The window loads all views one after the other, and would load this one too once it can.
  const last = page.waitForResponse('**/assets/AuditView-*.js');
  await page.reload();
  await belfry.nav('Dead letters').click();
  await expect(page.getByText('Dead letters could not be loaded')).toBeVisible();
  await expect(page.getByText('Belfry does not answer. Check that it is running.')).toBeVisible();
  await last;
  await page.unroute('**/assets/DeadLettersView-*.js');
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByText('could not be loaded')).toHaveCount(0);
  await expect(page.getByRole('heading', { level: 1, name: 'Dead letters' })).toBeVisible();
});

test('every view is there after a moment, also without Belfry', async ({ belfry }) => {
  const { page } = belfry;
  await page.reload();
  await page.waitForResponse('**/assets/AuditView-*.js');
  await page.waitForLoadState('networkidle');
  await page.route('**/*', (route) => route.abort());
  for (const view of ['Channels', 'Routing', 'Settings'] as const) await belfry.open(view);
});

test('opening the window asks for each thing once', async ({ belfry }) => {
  const { page } = belfry;
  await belfry.fire('fan_loud');
  await expect(page.getByText('fan_loud')).toBeVisible();
  const asked: string[] = [];
  page.on('request', (request) => {
    const { pathname, search } = new URL(request.url());
    if (pathname.startsWith('/api/')) asked.push(pathname + search);
  });
  await page.reload();
  await expect(page.getByText('fan_loud')).toBeVisible();
  await page.waitForLoadState('networkidle');
  expect(asked).toContain('/api/v1/status');
  expect(asked.toSorted()).toEqual([...new Set(asked)].toSorted());
});
