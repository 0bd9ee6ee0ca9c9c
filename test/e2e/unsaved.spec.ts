import { expect, test } from './fixtures/belfry.ts';

test('a dialog asks before it loses what was entered, and only then', async ({ belfry }) => {
  const { page } = belfry;
  await belfry.open('Channels');
  const question = page.getByRole('dialog', { name: 'Discard your changes?' });
  const dialog = page.getByRole('dialog', { name: 'Add channel' });
  await page.getByRole('button', { name: 'Add channel' }).click();
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);

  await page.getByRole('button', { name: 'Add channel' }).click();
  const name = dialog.getByLabel('Name');
  await name.fill('Phone');
  await page.keyboard.press('Escape');
  await expect(question.getByRole('button', { name: 'Keep editing' })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(question).toHaveCount(0);
  await expect(name).toHaveValue('Phone');

  // Going back would close the dialog with its view.
  await page.evaluate(() => void (location.hash = '#/alerts'));
  await expect(question).toBeVisible();
  await expect(page).toHaveURL(/#\/channels$/);
  await question.getByRole('button', { name: 'Keep editing' }).click();
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await question.getByRole('button', { name: 'Discard changes' }).click();
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(page.getByRole('heading', { level: 1, name: 'Channels' })).toBeVisible();
});

test('settings that are not saved are not left by accident', async ({ belfry, target }) => {
  const { page } = belfry;
  await belfry.open('Settings');
  await page.getByRole('tab', { name: 'General' }).click();
  const question = page.getByRole('dialog', { name: 'Discard your changes?' });
  const changes = page.getByLabel('Changes', { exact: true });
  const stored = await changes.inputValue();
  await changes.fill('9');
  // Another tab of the settings takes nothing away.
  await page.getByRole('tab', { name: 'Backups' }).click();
  await page.getByRole('tab', { name: 'General' }).click();
  await expect(changes).toHaveValue('9');

  const alerts = page.getByRole('navigation').getByRole('link', { name: /^Alerts/ });
  await alerts.click();
  await question.getByRole('button', { name: 'Keep editing' }).click();
  await expect(changes).toHaveValue('9');
  await expect(page).toHaveURL(/#\/settings\/general$/);
  if (target === 'headless') {
    const asked = page.waitForEvent('dialog');
    const reloaded = page.reload();
    const dialog = await asked;
    expect(dialog.type()).toBe('beforeunload');
    await dialog.accept();
    await reloaded;
    await expect(changes).toHaveValue(stored);
    await changes.fill('9');
  }

  await alerts.click();
  await question.getByRole('button', { name: 'Discard changes' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Alerts' })).toBeVisible();
  await page.goBack();
  await expect(changes).toHaveValue(stored);

  // A saved change is not asked about.
  await changes.fill('9');
  await page.getByRole('button', { name: 'Save settings' }).click();
  await expect(page.getByText('Settings saved')).toBeVisible();
  await alerts.click();
  await expect(page.getByRole('heading', { level: 1, name: 'Alerts' })).toBeVisible();
});

test('a new token is not left by accident', async ({ belfry }) => {
  const { page } = belfry;
  await belfry.open('Sources');
  await page.getByRole('link', { name: 'curl' }).click();
  await page.getByRole('button', { name: 'Make a token' }).click();
  await expect(page.getByText('Waiting for the first message…')).toBeVisible();
  const all = page.getByRole('link', { name: 'All sources' });
  const question = page.getByRole('dialog', { name: 'Leave without the token?' });
  await all.click();
  await question.getByRole('button', { name: 'Stay' }).click();
  await expect(page).toHaveURL(/#\/sources\/curl$/);

  // The alerts are another view.
  const alerts = page.getByRole('navigation').getByRole('link', { name: /^Alerts/ });
  await alerts.click();
  await question.getByRole('button', { name: 'Stay' }).click();
  await page
    .getByRole('button', { name: /^Copy / })
    .first()
    .click();
  await expect(page.getByText(/^Copied: /)).toBeVisible();
  await all.click();
  await expect(page.getByRole('heading', { level: 1, name: 'Sources' })).toBeVisible();
});
