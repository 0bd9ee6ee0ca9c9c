import { EventEmitter } from 'node:events';
import { preventable, strict } from './strict.ts';
import type { StandInContents, StandInFrame } from './window.ts';

type Implemented = Pick<Electron.IpcMain, 'handle' | 'removeHandler'>;
type Handler = Parameters<Electron.IpcMain['handle']>[1];

class StandInIpcMain extends EventEmitter implements Implemented {
  handlers = new Map<string, Handler>();

  handle(channel: string, listener: Handler): void {
    if (this.handlers.has(channel)) throw new Error(`A second handler for '${channel}'`);
    this.handlers.set(channel, listener);
  }

  removeHandler(channel: string): void {
    this.handlers.delete(channel);
  }
}

export const ipcMain = strict('ipcMain', new StandInIpcMain());

const eventOf = (sender: StandInContents, senderFrame: StandInFrame | null) =>
  preventable({ sender, senderFrame, frameId: 1, processId: sender.id, type: 'frame' as const });

/** Acts as `ipcRenderer.invoke`; a frame other than the main one can be named. */
export async function invokeFrom(
  sender: StandInContents,
  channel: string,
  args: unknown[],
  frame: StandInFrame | null = sender.mainFrame,
): Promise<unknown> {
  const handler = ipcMain.handlers.get(channel);
  const event = eventOf(sender, frame) as unknown as Electron.IpcMainInvokeEvent;
  const sent = structuredClone(args);
  try {
    if (!handler) throw new Error(`No handler registered for '${channel}'`);
    return structuredClone(await handler(event, ...sent));
  } catch (error) {
    // A page gets the text of an error alone, behind these words.
    throw new Error(`Error invoking remote method '${channel}': ${String(error)}`, {
      cause: error,
    });
  }
}

/** Acts as `ipcRenderer.send`. */
export function sendFrom(
  sender: StandInContents,
  channel: string,
  args: unknown[],
  frame: StandInFrame | null = sender.mainFrame,
): void {
  ipcMain.emit(channel, eventOf(sender, frame), ...structuredClone(args));
}
