type Preload = (require: (name: string) => unknown, module: object, exports: object) => void;

/** The text that a page runs before its own scripts: the built preload, on the stand-in. */
export const preloadScript = (source: string): string =>
  `(${runPreload.toString()})(function (require, module, exports) {${source}\n});`;

/**
 * Gives the preload the `electron` it requires, and the page what contextBridge would. Whatever crosses
 * is structured-cloned where Electron clones it. It is sent as text, so it must not use anything from
 * outside itself.
 */
function runPreload(preload: Preload): void {
  type Call = (kind: 'invoke' | 'send', channel: string, args: unknown[]) => Promise<unknown>;
  const page = globalThis as unknown as {
    standInCall: Call;
    standInDeliver: (channel: string, args: unknown[]) => void;
  };
  const { standInCall } = page;
  const listeners = new Map<string, ((event: object, ...args: unknown[]) => void)[]>();
  page.standInDeliver = (channel, args) => {
    for (const listener of listeners.get(channel) ?? []) listener({}, ...args);
  };

  const missing = (name: string) => ({
    get(target: object, key: string): unknown {
      if (!(key in target)) throw new Error(`The stand-in for Electron has no ${name}.${key}`);
      return Reflect.get(target, key);
    },
  });

  const ipcRenderer = {
    invoke: (channel: string, ...args: unknown[]) =>
      standInCall('invoke', channel, structuredClone(args)),
    send: (channel: string, ...args: unknown[]) => {
      void standInCall('send', channel, structuredClone(args));
    },
    on: (channel: string, listener: (event: object, ...args: unknown[]) => void) => {
      listeners.set(channel, [...(listeners.get(channel) ?? []), listener]);
    },
  } satisfies Partial<Record<keyof Electron.IpcRenderer, unknown>>;

  /** contextBridge's rules: functions are wrapped, promises followed, plain data copied, the rest refused. */
  const bridged = (value: unknown): unknown => {
    if (typeof value === 'function') {
      const wrapped = value as (...args: unknown[]) => unknown;
      return (...args: unknown[]) => bridged(wrapped(...args.map(bridged)));
    }
    if (Object.prototype.toString.call(value) === '[object Promise]') {
      return (value as Promise<unknown>).then(bridged);
    }
    if (value === null || typeof value !== 'object') return value;
    if (Array.isArray(value)) return value.map(bridged);
    if (value instanceof Error) return value;
    const prototype: unknown = Object.getPrototypeOf(value);
    // A plain object's prototype is the end of its chain, in whichever realm it was made.
    if (prototype !== null && Object.getPrototypeOf(prototype) !== null) {
      throw new TypeError('Only plain objects may cross the context bridge');
    }
    return Object.freeze(
      Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, bridged(entry)])),
    );
  };

  const contextBridge = {
    exposeInMainWorld: (key: string, api: unknown) => {
      Object.defineProperty(globalThis, key, { value: bridged(api) });
    },
  } satisfies Partial<Record<keyof Electron.ContextBridge, unknown>>;

  const electron = new Proxy(
    {
      contextBridge: new Proxy(contextBridge, missing('contextBridge')),
      ipcRenderer: new Proxy(ipcRenderer, missing('ipcRenderer')),
    },
    missing('electron'),
  );
  const require = (name: string): unknown => {
    if (name === 'electron') return electron;
    throw new Error(`A sandboxed preload cannot require ${name}`);
  };
  preload(require, { exports: {} }, {});
}
