import { expect, it, vi } from 'vitest';
import { IPC } from '../../main/contract/ipc-channels.ts';
import { messagesFor } from '../../main/messages/messages.ts';
import { smokeTest } from '../../main/shell/smoke.ts';
import { ipcMain } from '../support/electron/ipc-main.ts';
import { FakeClock } from '../support/fake-clock.ts';

vi.hoisted(() => vi.resetModules());
vi.mock('electron', () => import('../support/electron/index.ts'));

const test = (start: () => Promise<void>, clock = new FakeClock()) =>
  smokeTest(start, clock, messagesFor('en'));

it('ends once the app has started and its page has subscribed', async () => {
  const clock = new FakeClock();
  const done = test(
    () => Promise.resolve(ipcMain.emit(IPC.subscribe)).then(() => undefined),
    clock,
  );
  await done;
  expect(clock.nextTimerMs()).toBeNull();
});

it('fails with the start, or after a minute without a page', async () => {
  await expect(test(() => Promise.reject(new Error('no disk')))).rejects.toThrow('no disk');
  const clock = new FakeClock();
  const late = test(() => Promise.resolve(), clock);
  clock.advance(60_000);
  await expect(late).rejects.toThrow('The window did not load within 60 seconds.');
});
