import { fireEvent, screen, waitFor } from '@testing-library/svelte';
import { expect, it } from 'vitest';
import type { Channel } from '../../../main/contract/channel.ts';
import { ok, type Result } from '../../../main/contract/result.ts';
import { FakeClient } from '../support/fake-client.ts';
import { openWindow } from '../support/open-window.ts';
import { channel } from '../support/samples.ts';
import { pick } from '../support/row-menu.ts';

it('keeps its items under the keys while an action on its subject is under way, and runs none of them', async () => {
  const item = channel({ enabled: true });
  const answers: ((answer: Result<Channel>) => void)[] = [];
  const client = new FakeClient({
    'channels.list': () => ok({ items: [item] }),
    'channels.update': () => new Promise<Result<Channel>>((resolve) => answers.push(resolve)),
  });
  openWindow(client, '#/channels');
  await pick('Disable');
  await fireEvent.click(screen.getByRole('button', { name: 'More actions' }));
  const menu = await screen.findByRole('menu', { hidden: true });
  await fireEvent.keyDown(menu, { key: 'End' });
  const last = screen.getByRole('menuitem', { name: 'Delete', hidden: true });
  expect(document.activeElement).toBe(last);
  expect(last.getAttribute('aria-disabled')).toBe('true');
  await fireEvent.click(last);
  expect(screen.queryByRole('dialog')).toBeNull();

  answers[0]?.(ok({ ...item, enabled: false }));
  await waitFor(() => expect(last.getAttribute('aria-disabled')).not.toBe('true'));
  expect(document.activeElement).toBe(last);
  await fireEvent.click(last);
  await screen.findByRole('dialog');
});
