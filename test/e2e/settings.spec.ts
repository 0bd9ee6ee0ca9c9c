import { expect, test } from './fixtures/belfry.ts';

test('a token is made, works once copied, and is refused once revoked', async ({ belfry }) => {
  const { page } = belfry;
  await belfry.open('Settings');
  await page.getByRole('button', { name: 'Create token' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('prometheus');
  await dialog.getByRole('button', { name: 'Create', exact: true }).click();
  await expect(dialog).toContainText('It is not shown again');
  const snippet = await dialog.getByText(/^curl -/).textContent();
  const token = /Bearer ([^\s'"]+)/.exec(snippet ?? '')?.[1] ?? '';
  expect(token).not.toBe('');
  await dialog.getByRole('button', { name: 'Done' }).click();

  const send = () =>
    fetch(`${belfry.url}/api/v1/events`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ host: 'nas', kind: 'from_token', status: 'firing' }),
    });
  expect((await send()).status).toBe(200);

  await page.getByRole('button', { name: 'Revoke' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
  await expect(page.getByText('No tokens yet')).toBeVisible();
  expect((await send()).status).toBe(401);
});
