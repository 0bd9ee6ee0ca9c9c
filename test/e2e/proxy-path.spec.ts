import { HttpReceiver, status } from '../support/http-receiver.ts';
import { PathProxy } from '../support/path-proxy.ts';
import { expect, test } from './fixtures/belfry.ts';

interface Message {
  readonly click: string;
  readonly actions: readonly { readonly url: string }[];
}

test('the window works under a path that a proxy takes away', async ({ belfry, chromium }) => {
  await using proxy = await PathProxy.start(belfry.url, '/belfry');
  const context = await (await chromium()).newContext();
  const page = await context.newPage();
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.message));

  const { url } = await belfry.api('session.link', {});
  await page.goto(`${proxy.url}/${new URL(url).hash}`);
  await expect(page.getByRole('heading', { level: 1, name: 'Overview' })).toBeVisible();
  await page.reload();
  await expect(page.getByRole('heading', { level: 1, name: 'Overview' })).toBeVisible();

  // A push comes over the WebSocket, and an action goes out over the API.
  const views = page.getByRole('navigation', { name: 'Views' });
  await views.getByRole('link', { name: 'Alerts' }).click();
  await belfry.fire('backup_failed', { message: 'No space left.' });
  const row = page.getByRole('listitem').filter({ hasText: 'backup_failed' });
  await row.getByRole('button', { name: 'Acknowledge' }).click();
  await expect(row).toContainText('Acknowledged');

  await views.getByRole('link', { name: 'Heartbeats' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Heartbeats' })).toBeVisible();
  expect(proxy.strays).toEqual([]);
  expect(problems).toEqual([]);
  await context.close();
});

test('links in messages lead through the path of the public address', async ({
  belfry,
  chromium,
}) => {
  await using proxy = await PathProxy.start(belfry.url, '/lab/belfry');
  await using ntfy = await HttpReceiver.start();
  ntfy.respond = status(200, { 'content-type': 'application/json' }, '{"id":"sPs71M8A2T"}');
  await belfry.api('settings.update', { publicUrl: `${proxy.url}/` });
  const config = { server: ntfy.url, topic: 'belfry-x7Kq2mWz' };
  await belfry.api('channels.create', { kind: 'ntfy', name: 'Phone', config });
  await belfry.fire('backup_failed', { message: 'No space left.' });
  await expect.poll(() => ntfy.received.length).toBe(1);
  const message = JSON.parse(ntfy.received[0]?.body ?? '') as Message;

  const phone = await (await chromium()).newContext();
  const tab = await phone.newPage();
  const action = message.actions[0]?.url ?? '';
  expect(action).toContain(`${proxy.url}/act/`);
  await tab.goto(action);
  await tab.getByRole('button', { name: 'Acknowledge' }).click();
  await expect(tab.getByRole('heading', { name: 'Acknowledged' })).toBeVisible();
  const { url } = await belfry.api('session.link', {});
  await tab.goto(`${proxy.url}/${new URL(url).hash}`);
  await expect(tab.getByRole('heading', { level: 1, name: 'Overview' })).toBeVisible();
  expect(message.click).toContain(`${proxy.url}/#/alerts/`);
  await tab.goto(message.click);
  await expect(tab.getByText(/link \(Phone\)/)).toBeVisible();
  await phone.close();
});
