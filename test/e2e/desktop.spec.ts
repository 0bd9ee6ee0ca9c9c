import { expect, test } from './fixtures/belfry.ts';

test('closing the window hides it or puts it aside, and a second launch brings it back', async ({
  belfry,
}) => {
  const { desktop } = belfry;
  const isAway = async () => {
    const { visible, minimized } = await desktop.window();
    return !visible || minimized;
  };
  await expect(belfry.nav('Alerts')).toBeVisible();
  await desktop.closeWindow();
  await expect.poll(isAway).toBe(true);
  await belfry.fire('while_hidden');
  await desktop.secondInstance();
  await expect.poll(isAway).toBe(false);
  await expect(belfry.nav('Alerts')).toHaveAccessibleName('Alerts, 1 open');
});

test('the page sees three functions and nothing of Electron or Node', async ({ belfry }) => {
  const seen = await belfry.page.evaluate(() => {
    const scope = globalThis as unknown as Record<string, unknown>;
    return {
      bridge: Object.keys(scope['belfry'] as object).sort(),
      leaked: ['require', 'process', 'module', 'ipcRenderer', 'electron'].filter(
        (name) => name in scope,
      ),
    };
  });
  expect(seen).toEqual({ bridge: ['desktop', 'invoke', 'subscribe'], leaked: [] });
});

test('the page cannot run foreign code or reach a foreign address', async ({ belfry }) => {
  const { page } = belfry;
  const reached = await page.evaluate(async () => {
    const script = document.createElement('script');
    script.textContent = 'globalThis.ran = true';
    document.body.append(script);
    const fetched = await fetch('http://127.0.0.1:9/').then(
      () => true,
      () => false,
    );
    return { ran: 'ran' in globalThis, fetched };
  });
  expect(reached).toEqual({ ran: false, fetched: false });
  // Both refusals were on purpose.
  belfry.pageProblems.length = 0;
});
