import { contextBridge, ipcRenderer } from 'electron';
import type { Bridge } from '../main/contract/client.ts';
import type { DesktopMethodName } from '../main/contract/desktop-methods.ts';
import { IPC } from '../main/contract/ipc-channels.ts';
import type { MethodName } from '../main/contract/methods.ts';
import type { PushMessage } from '../main/contract/push.ts';

/** The contract's method names, written in by the build, so that no schema library is loaded here. */
declare const BELFRY_METHOD_NAMES: readonly MethodName[];
declare const BELFRY_DESKTOP_METHOD_NAMES: readonly DesktopMethodName[];

const allowed = new Set<string>(BELFRY_METHOD_NAMES);
const allowedOfDesktop = new Set<string>(BELFRY_DESKTOP_METHOD_NAMES);
const listeners = new Map<number, (message: PushMessage) => void>();
let lastId = 0;

ipcRenderer.on(IPC.push, (_event, id: number, message: PushMessage) => {
  ipcRenderer.send(IPC.received, id);
  listeners.get(id)?.(message);
});

/** All that the window sees of Electron: three functions, and none of Electron's own objects. */
const bridge: Bridge = {
  invoke(name, input, core) {
    if (!allowed.has(name)) return Promise.reject(new Error('There is no method of that name.'));
    return ipcRenderer.invoke(IPC.call, name, input, core) as ReturnType<Bridge['invoke']>;
  },
  desktop(name, input) {
    if (!allowedOfDesktop.has(name)) {
      return Promise.reject(new Error('There is no method of that name.'));
    }
    return ipcRenderer.invoke(IPC.desktop, name, input) as ReturnType<Bridge['desktop']>;
  },
  subscribe(listener, core) {
    const id = (lastId += 1);
    listeners.set(id, listener);
    ipcRenderer.send(IPC.subscribe, id, core);
    return () => {
      if (listeners.delete(id)) ipcRenderer.send(IPC.unsubscribe, id);
    };
  },
};

contextBridge.exposeInMainWorld('belfry', bridge);
