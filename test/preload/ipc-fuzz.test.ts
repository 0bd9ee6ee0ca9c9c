/** @module-tag slow */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createContext, runInContext } from 'node:vm';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { Bridge } from '../../main/contract/client.ts';
import { IPC } from '../../main/contract/ipc-channels.ts';
import { METHOD_NAMES, type MethodName } from '../../main/contract/methods.ts';
import { ok } from '../../main/contract/result.ts';
import { IpcTransport } from '../../main/transport/ipc.ts';
import { app } from '../support/electron/app.ts';
import { invokeFrom, sendFrom } from '../support/electron/ipc-main.ts';
import { preloadScript } from '../support/electron/page-side.ts';
import { BrowserWindow, StandInFrame } from '../support/electron/window.ts';
import { AppLab } from '../transport/app-lab.ts';

vi.hoisted(() => vi.resetModules());
vi.mock('electron', () => import('../support/electron/index.ts'));

const PRELOAD = join(import.meta.dirname, '../../out/preload/index.cjs');
const ORIGIN = 'https://window.test';
const RUNS = 500;

let lab: AppLab;
let ipc: IpcTransport;
let page: { belfry: Bridge; standInCall: (...call: [string, string, unknown[]]) => unknown };

beforeAll(async () => {
  await app.whenReady();
  lab = await AppLab.start();
  const window = new BrowserWindow({});
  const contents = window.webContents;
  contents.mainFrame = new StandInFrame(`${ORIGIN}/`);
  const core = {
    callUnchecked: (name: MethodName, input: unknown) => lab.result(name, input),
    subscribe: () => () => undefined,
  };
  const desktop = () => Promise.resolve(ok(null));
  ipc = new IpcTransport(
    { cores: core, desktop },
    ORIGIN,
    (sender) => sender === (contents as never),
  );
  ipc.start();
  const context = createContext({
    structuredClone,
    standInCall: async (kind: string, channel: string, args: unknown[]) =>
      kind === 'invoke' ? invokeFrom(contents, channel, args) : sendFrom(contents, channel, args),
  });
  runInContext(preloadScript(readFileSync(PRELOAD, 'utf8')), context);
  page = context as unknown as typeof page;
});
afterAll(async () => {
  ipc.stop();
  await lab[Symbol.asyncDispose]();
});

const key = fc.oneof(
  fc.string(),
  fc.constantFrom('id', 'ids', 'name', 'kind', 'config', 'filter', '__proto__', 'constructor'),
);
/** The values that cross the context bridge. */
const plain = fc.anything({ key });
/** The values that structured clone takes, as a page sends that has got past the bridge. */
const anything = fc.anything({
  withBigInt: true,
  withDate: true,
  withMap: true,
  withSet: true,
  withTypedArray: true,
  key,
});

/** These write or read whole files, which is tested elsewhere and would take minutes here. */
const SLOW: readonly MethodName[] = ['backups.create'];
const names = METHOD_NAMES.filter((name) => !SLOW.includes(name));

it('answers every call that a page can make with a result of the contract, never with a fault', async () => {
  const input = fc.tuple(fc.constantFrom(...names), plain);
  await fc.assert(
    fc.asyncProperty(input, async ([name, value]) => {
      const result = await page.belfry.invoke(name, value);
      if (!result.ok)
        expect(result.error.code, `${name}: ${result.error.message}`).not.toBe('internal');
    }),
    { numRuns: RUNS },
  );
});

it('takes messages past the preload for what they are: nothing it knows', async () => {
  const message = fc.tuple(
    fc.constantFrom(...Object.values(IPC)),
    fc.array(anything, { maxLength: 4 }),
  );
  await fc.assert(
    fc.asyncProperty(message, async ([channel, args]) => {
      if (channel === IPC.push) return;
      if (channel !== IPC.call) {
        await page.standInCall('send', channel, args);
        return;
      }
      const answer = await page.standInCall('invoke', channel, args);
      expect(answer).toMatchObject({ ok: false, error: { code: 'invalid_input' } });
    }),
    { numRuns: RUNS },
  );
  const status = await page.belfry.invoke('system.status', {});
  expect(status.ok).toBe(true);
});
