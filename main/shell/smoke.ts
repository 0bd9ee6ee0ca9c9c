import { ipcMain } from 'electron';
import type { Clock } from '../base/clock.ts';
import { IPC } from '../contract/ipc-channels.ts';
import type { Messages } from '../messages/messages.ts';

/** A cold start from a slow disk, under load. */
const SMOKE_TIMEOUT_MS = 60_000;

/**
 * Checks that an installed package runs, without a person: `start` ends once the core is ready and the
 * window open, and then the window's page subscribes to what happens, which takes its files, the preload
 * and IPC. Rejects with `start`, or after a minute.
 */
export async function smokeTest(
  start: () => Promise<void>,
  clock: Clock,
  messages: Messages,
): Promise<void> {
  const late = Promise.withResolvers<never>();
  using _limit = clock.after(SMOKE_TIMEOUT_MS, () => {
    const params = { seconds: SMOKE_TIMEOUT_MS / 1_000 };
    late.reject(new Error(messages.text('shell.start.smoke', params)));
  });
  const subscribed = new Promise<void>((resolve) => ipcMain.once(IPC.subscribe, () => resolve()));
  await Promise.race([start().then(() => subscribed), late.promise]);
}
