import { HttpReceiver, status } from '../support/http-receiver.ts';
import { expect, test } from './fixtures/belfry.ts';

interface Message {
  readonly click: string;
  readonly actions: readonly { readonly label: string; readonly url: string }[];
}

test('a button in a message asks in the browser, then acknowledges', async ({
  belfry,
  chromium,
}) => {
  await using ntfy = await HttpReceiver.start();
  ntfy.respond = status(200, { 'content-type': 'application/json' }, '{"id":"sPs71M8A2T"}');
  const { page } = belfry;
  await belfry.openSettings('General');
  await page.getByLabel('Address of Belfry').fill(belfry.url);
  await page.getByRole('button', { name: 'Save settings' }).click();
  await expect(page.getByText('Settings saved.')).toBeVisible();

  await belfry.open('Channels');
  await page.getByRole('button', { name: 'Add channel' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Type').fill('ntfy');
  await dialog.getByLabel('Name').fill('Phone');
  await dialog.getByLabel('Server').fill(ntfy.url);
  await dialog.getByLabel('Topic').fill('belfry-x7Kq2mWz');
  await dialog.getByRole('button', { name: 'Save', exact: true }).click();
  const row = page.getByRole('listitem').filter({ hasText: 'Phone' });
  await expect(row).toContainText('Not used yet');

  await belfry.fire('backup_failed', { message: 'No space left.' });
  await expect.poll(() => ntfy.received.length).toBe(1);
  const message = JSON.parse(ntfy.received[0]?.body ?? '') as Message;
  const phone = await (await chromium()).newContext();
  const tab = await phone.newPage();
  const refused: string[] = [];
  tab.on('console', (message) => refused.push(message.text()));
  await tab.goto(message.actions[0]?.url ?? '');
  await expect(tab.getByText('WARNING: backup_failed on nas')).toBeVisible();
  await tab.getByRole('button', { name: 'Acknowledge' }).click();
  await expect(tab.getByRole('heading', { name: 'Acknowledged' })).toBeVisible();
  await phone.close();
  expect(refused).toEqual([]);

  await page.goto(message.click);
  await expect(page.getByText('Acknowledged').first()).toBeVisible();
  await expect(page.getByText(/link \(Phone\)/)).toBeVisible();
});
