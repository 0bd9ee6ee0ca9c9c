import { join } from 'node:path';
import { createContext, runInContext } from 'node:vm';
import { build } from 'vite';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Bridge } from '../../main/contract/client.ts';
import { DESKTOP_METHOD_NAMES } from '../../main/contract/desktop-methods.ts';
import { METHOD_NAMES, type MethodName } from '../../main/contract/methods.ts';
import { preloadScript } from '../support/electron/page-side.ts';

const ROOT = join(import.meta.dirname, '../..');

let source: string;
let calls: [kind: string, channel: string, args: unknown[]][];
let page: { belfry: Bridge; standInDeliver: (channel: string, args: unknown[]) => void };

beforeAll(async () => {
  const configFile = join(ROOT, 'vite.main.config.ts');
  const output = await build({
    configFile,
    mode: 'preload',
    logLevel: 'error',
    build: { write: false },
  });
  const [bundle] = Array.isArray(output) ? output : [output];
  if (!bundle || !('output' in bundle)) throw new Error('The preload was not built');
  const chunks = bundle.output.filter(({ type }) => type === 'chunk');
  expect(chunks.map(({ fileName }) => fileName)).toEqual(['index.cjs']);
  source = chunks[0]?.type === 'chunk' ? chunks[0].code : '';
});

beforeEach(() => {
  calls = [];
  const context = createContext({
    structuredClone,
    standInCall: async (...call: (typeof calls)[number]) => {
      calls.push(call);
      return { ok: true, value: 'answer' };
    },
  });
  runInContext(preloadScript(source), context);
  page = context as unknown as typeof page;
});

describe('the preload', () => {
  it('is one small file without the contract’s schemas', () => {
    expect(source.length).toBeLessThan(10_000);
    expect(source.match(/require\("[^"]+"\)/g)).toEqual(['require("electron")']);
  });

  it('lets through every method of the contract, and no other', async () => {
    for (const name of METHOD_NAMES) await page.belfry.invoke(name, {});
    expect(calls.map(([, , [name]]) => name)).toEqual(METHOD_NAMES);
    calls.length = 0;
    for (const name of ['constructor', 'toString', 'alerts', '']) {
      await expect(page.belfry.invoke(name as MethodName, {})).rejects.toThrow('no method');
    }
    expect(calls).toEqual([]);
  });

  it('lets through every method of the desktop, and no other', async () => {
    for (const name of DESKTOP_METHOD_NAMES) await page.belfry.desktop(name, {});
    expect(calls.map(([, channel, [name]]) => [channel, name])).toEqual(
      DESKTOP_METHOD_NAMES.map((name) => ['belfry:desktop', name]),
    );
    calls.length = 0;
    await expect(page.belfry.desktop('alerts.list' as never, {})).rejects.toThrow('no method');
    expect(calls).toEqual([]);
  });

  it('exposes three functions that cannot be exchanged', () => {
    expect(Object.keys(page.belfry)).toEqual(['invoke', 'desktop', 'subscribe']);
    expect(Object.isFrozen(page.belfry)).toBe(true);
  });

  it('hands a push to its own listener alone, until that one ends', () => {
    const heard: unknown[][] = [];
    const end = page.belfry.subscribe((message) => heard.push(['first', message]));
    page.belfry.subscribe((message) => heard.push(['second', message]));
    const ids = calls.map(([, , [id]]) => id);
    expect(new Set(ids).size).toBe(2);
    const open = { type: 'open', route: '#/x' };
    page.standInDeliver('belfry:push', [ids[1], open]);
    end();
    end();
    page.standInDeliver('belfry:push', [ids[0], open]);
    expect(heard).toEqual([['second', open]]);
    expect(calls.map(([kind, channel]) => `${kind} ${channel}`)).toEqual([
      'send belfry:subscribe',
      'send belfry:subscribe',
      'send belfry:received',
      'send belfry:unsubscribe',
      'send belfry:received',
    ]);
  });
});
