import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Quitting } from '../../main/shell/quitting.ts';
import { app } from '../support/electron/app.ts';
import { record } from '../support/electron/stage.ts';
import { preventable } from '../support/electron/strict.ts';
import { keptLog } from './kept-log.ts';

// A separate stand-in, in the state of a program that has just started.
vi.hoisted(() => vi.resetModules());
vi.mock('electron', () => import('../support/electron/index.ts'));

/** Asks the app to quit, as Electron does; true if it then goes. */
function ask(): boolean {
  const before = preventable({});
  app.emit('before-quit', before);
  if (before.defaultPrevented) return false;
  app.emit('will-quit', preventable({}));
  return true;
}

function setup(drain: () => Promise<void>) {
  const log = keptLog();
  const quitting = new Quitting({ drain, logger: log });
  quitting.watch();
  return { quitting, log };
}

const { argv } = process;
beforeEach(() => {
  vi.stubEnv('APPIMAGE', '');
  record.relaunches.length = 0;
});
afterEach(() => {
  app.removeAllListeners();
  process.argv = argv;
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

describe('quitting', () => {
  it('waits for one drain, however often it is asked', async () => {
    const drained = Promise.withResolvers<void>();
    const gone = Promise.withResolvers<boolean>();
    vi.spyOn(app, 'quit').mockImplementation(() => gone.resolve(ask()));
    const drain = vi.fn(() => drained.promise);
    const { quitting } = setup(drain);
    expect(quitting.underWay).toBe(false);
    expect(ask()).toBe(false);
    expect(ask()).toBe(false);
    expect(quitting.underWay).toBe(true);
    drained.resolve();
    expect(await gone.promise).toBe(true);
    expect(drain).toHaveBeenCalledOnce();
    expect(record.relaunches).toEqual([]);
  });

  it('ends after a drain that failed, and logs why', async () => {
    const gone = Promise.withResolvers<boolean>();
    vi.spyOn(app, 'quit').mockImplementation(() => gone.resolve(ask()));
    const { log } = setup(() => Promise.reject(new Error('stuck')));
    expect(ask()).toBe(false);
    expect(await gone.promise).toBe(true);
    expect(log.lines).toEqual(['error: quitting']);
  });

  it('leaves the end to somebody who does not wait for the drain', async () => {
    const drained = Promise.withResolvers<void>();
    const quit = vi.spyOn(app, 'quit').mockImplementation(() => undefined);
    const { quitting } = setup(() => drained.promise);
    expect(ask()).toBe(false);
    quitting.force();
    drained.resolve();
    await new Promise(setImmediate);
    expect(quit).not.toHaveBeenCalled();
    expect(ask()).toBe(false);
  });

  it('starts again without what was meant for one start, once all has ended', async () => {
    const once = ['--hidden', '--new-key', '--smoke', 'belfry://alert/1'];
    process.argv = ['/app/belfry', ...once, '--verbose'];
    const gone = Promise.withResolvers<void>();
    vi.spyOn(app, 'quit').mockImplementation(() => {
      if (ask()) gone.resolve();
    });
    const drain = vi.fn(() => {
      expect(record.relaunches).toEqual([]);
      return Promise.resolve();
    });
    const { quitting } = setup(drain);
    quitting.restart();
    quitting.restart();
    await gone.promise;
    expect(drain).toHaveBeenCalledOnce();
    expect(record.relaunches).toEqual([['--verbose']]);
  });

  it('hands the link that came during the drain to the next start', async () => {
    process.argv = ['/app/belfry'];
    const gone = Promise.withResolvers<void>();
    vi.spyOn(app, 'quit').mockImplementation(() => {
      if (ask()) gone.resolve();
    });
    const { quitting } = setup(() => Promise.resolve());
    quitting.restart('belfry://alert/1');
    quitting.restart();
    await gone.promise;
    expect(record.relaunches).toEqual([['belfry://alert/1']]);
  });
});
