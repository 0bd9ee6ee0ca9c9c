import type { Locator } from '@playwright/test';
import { expect, test } from './fixtures/belfry.ts';

/** Presses a control as somebody does who has no mouse. */
async function press(control: Locator, key = 'Enter'): Promise<void> {
  await control.focus();
  await control.press(key);
}

test('a control that was busy has the focus again, and what took its place has it otherwise', async ({
  belfry,
  receiver,
}) => {
  const { page } = belfry;
  await belfry.addWebhook('hook', receiver.url);
  await belfry.open('Channels');
  const row = page.getByRole('listitem').filter({ hasText: 'hook' });
  const menu = row.getByRole('button', { name: 'More actions' });
  await press(menu);
  await expect(row.getByRole('menuitem', { name: 'Test' })).toBeFocused();
  await page.keyboard.press('d');
  await expect(row.getByRole('menuitem', { name: 'Disable' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(row).toContainText('Disabled');
  await expect(menu).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('End');
  await expect(row.getByRole('menuitem', { name: 'Delete' })).toBeFocused();
  await page.keyboard.press('ArrowUp');
  await expect(row.getByRole('menuitem', { name: 'Enable' })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(menu).toBeFocused();
  await expect(row.getByRole('menu')).toHaveCount(0);
  await press(menu, 'ArrowDown');
  await page.keyboard.press('e');
  await page.keyboard.press('e');
  await expect(row.getByRole('menuitem', { name: 'Enable' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(row).not.toContainText('Disabled');
  await press(menu);
  await page.keyboard.press('Enter');
  await expect(row.getByText('Delivered', { exact: true })).toBeVisible();
  await expect(menu).toBeFocused();

  await belfry.openSettings('General');
  await press(page.getByRole('button', { name: 'Save settings' }));
  await expect(page.getByText('Settings saved.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Save settings' })).toBeFocused();

  await press(page.getByRole('button', { name: 'Pause deliveries' }));
  await press(page.getByRole('button', { name: '1 hour' }));
  await press(page.getByRole('button', { name: 'Resume' }));
  await expect(page.getByRole('button', { name: 'Resume' })).toHaveCount(0);
  await expect(page.locator(':focus')).toHaveCount(1);
});

test('dead letters are ticked, requeued, discarded and brought back by keyboard alone', async ({
  belfry,
  receiver,
}) => {
  const { page } = belfry;
  const id = await belfry.addWebhook('hook', receiver.url);
  // A channel that is down tries the attempts of several one after the other, seconds apart.
  await belfry.api('channels.update', { id, retry: { maxAttempts: 1 } });
  await receiver.down();
  for (const host of ['nas', 'pi', 'pve']) await belfry.fire('backup_failed', { host });
  await expect(belfry.nav('Dead letters')).toHaveAccessibleName('Dead letters, 3 undelivered');
  await belfry.open('Dead letters');
  await press(page.getByRole('button', { name: 'Discard group…' }));
  await press(page.getByRole('dialog').getByRole('button', { name: 'Discard' }));
  await expect(page.getByText('No dead letters')).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Dead letters', exact: true })).toBeFocused();
  await press(page.getByRole('button', { name: 'Undo' }));
  await expect(page.getByText('3 restored.')).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Dead letters', exact: true })).toBeFocused();

  await press(page.getByRole('tab', { name: 'By cause' }), 'ArrowRight');
  const ticks = page.getByRole('checkbox', { name: /^Select backup_failed/ });
  await press(ticks.first(), 'Space');
  await press(ticks.last(), 'Shift+Space');
  await expect(page.getByText('3 dead letters selected')).toBeVisible();
  await press(page.getByRole('button', { name: 'Clear selection' }));
  await expect(page.getByRole('heading', { name: 'Dead letters', exact: true })).toBeFocused();

  await press(page.getByRole('link', { name: /backup_failed/ }).first());
  const pane = page.getByRole('complementary');
  await press(pane.getByRole('button', { name: 'Mark as read' }));
  await expect(pane.getByRole('heading', { level: 2 })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('link', { name: /backup_failed/ }).first()).toBeFocused();
});

test('alerts are walked through, ticked, acknowledged and opened by single keys', async ({
  belfry,
}) => {
  const { page } = belfry;
  for (const host of ['a', 'b', 'c']) await belfry.fire('agent_offline', { host });
  await belfry.open('Alerts');
  const link = (host: string) => page.getByRole('link', { name: `agent_offline on ${host}` });
  for (const host of ['a', 'b', 'c']) await expect(link(host)).toBeVisible();
  await page.keyboard.press('j');
  await expect(link('c')).toBeFocused();
  await page.keyboard.press('j');
  await expect(link('b')).toBeFocused();
  await page.keyboard.press('k');
  await expect(link('c')).toBeFocused();
  await page.keyboard.press('a');
  const row = page.getByRole('listitem').filter({ has: link('c') });
  await expect(row).toContainText('Acknowledged');

  await link('b').focus();
  await page.keyboard.press('x');
  await expect(page.getByText('1 alert selected')).toBeVisible();
  await page.keyboard.press('s');
  await page.getByRole('dialog').getByRole('button', { name: '1 hour' }).click();
  await expect(page.getByText('1 snoozed.')).toBeVisible();

  await page.keyboard.press('?');
  const help = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await expect(help).toContainText('Next row');
  await page.keyboard.press('Escape');
  await expect(help).toHaveCount(0);
  await page.keyboard.press('/');
  await page.keyboard.type('jax');
  await expect(page.locator('main input:focus')).toHaveValue('jax');
  await page.locator('main input:focus').fill('');
  await link('a').focus();
  await page.keyboard.press('o');
  await expect(page.getByRole('complementary', { name: 'agent_offline on a' })).toBeVisible();
});
