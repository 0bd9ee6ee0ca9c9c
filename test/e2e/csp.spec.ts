import { expect, test } from './fixtures/belfry.ts';

test('a violation of the content security policy is a problem of the page', async ({ belfry }) => {
  const { page, pageProblems } = belfry;
  await expect(belfry.nav('Alerts')).toBeVisible();
  expect(pageProblems).toEqual([]);
  const ran = await page.evaluate(() => {
    const script = document.createElement('script');
    script.textContent = 'globalThis.planted = true';
    document.body.append(script);
    document.body.insertAdjacentHTML('beforeend', '<img src="http://127.0.0.1:9/planted.png">');
    return 'planted' in globalThis;
  });
  expect(ran).toBe(false);
  // Such problems fail every other test; this one has planted them.
  await expect.poll(() => pageProblems.length).toBeGreaterThan(1);
  for (const problem of pageProblems) expect(problem).toContain('Content Security Policy');
  pageProblems.length = 0;
});
