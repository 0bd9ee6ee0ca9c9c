import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Route } from '../../../renderer/app/route.ts';
import { defined } from '../../../main/base/assert.ts';
import { Router } from '../../../renderer/app/router.svelte.ts';
import { uuid } from '../support/samples.ts';

const hashChange = (): Promise<unknown> =>
  new Promise((resolve) => {
    window.addEventListener('hashchange', resolve, { once: true });
  });

function started(hash: string) {
  window.history.replaceState(null, '', hash);
  const seen: { code: string; hashThen: string }[] = [];
  const onUnknown = vi.fn();
  const mayGo = vi.fn((_to: Route, _go: () => void) => true);
  const router = new Router(window, {
    signInCode: (code) => void seen.push({ code, hashThen: window.location.hash }),
    unknown: onUnknown,
    mayGo,
  });
  router.start();
  onTestFinished(() => router.stop());
  return { router, seen, onUnknown, mayGo };
}

describe('Router', () => {
  it('reads the address at the start', () => {
    expect(started('#/channels').router.route).toEqual({ view: 'channels', id: null });
  });

  it.each(['#/nowhere', '#/alertz/1', '#nowhere?x'])(
    'says that %s is no view, and shows home',
    (hash) => {
      const { router, onUnknown } = started(hash);
      expect(router.route).toEqual({ view: 'overview', id: null });
      expect(onUnknown).toHaveBeenCalledOnce();
    },
  );

  it.each(['', '#', '#/', '#/alerts?x=1', '#/sign-in/one-time'])(
    'takes %j as an address',
    (hash) => {
      expect(started(hash === '' ? location.pathname : hash).onUnknown).not.toHaveBeenCalled();
    },
  );

  it('follows the address', async () => {
    const { router } = started('#/alerts');
    const changed = hashChange();
    router.go('dead-letters', uuid(2));
    await changed;
    expect(router.route).toEqual({ view: 'dead-letters', id: uuid(2) });
  });

  it('stays where it is until what was entered there may go', async () => {
    const { router, mayGo } = started('#/settings/general');
    mayGo.mockReturnValueOnce(false);
    let changed = hashChange();
    router.go('alerts');
    await changed;
    expect(router.route).toEqual({ view: 'settings', id: null, settingsPart: 'general' });
    expect(location.hash).toBe('#/settings/general');

    const [to, go] = defined(mayGo.mock.lastCall, 'a question');
    expect(to.view).toBe('alerts');
    go();
    expect(router.route.view).toBe('alerts');
    expect(location.hash).toBe('#/alerts');

    changed = hashChange();
    router.go('alerts', uuid(1));
    await changed;
    expect(mayGo).toHaveBeenCalledOnce();
  });

  it('asks before it leaves one source for another', async () => {
    const { router, mayGo } = started('#/sources/curl');
    mayGo.mockReturnValueOnce(false);
    const changed = hashChange();
    router.go('sources', 'zed');
    await changed;
    expect(router.route.sender).toBe('curl');
    expect(location.hash).toBe('#/sources/curl');
  });

  it('lets no list take back who has just gone elsewhere', async () => {
    const { router } = started('#/alerts');
    const changed = hashChange();
    router.go('heartbeats', uuid(2));
    router.setParams({ q: 'nas' });
    await changed;
    expect(router.route).toEqual({ view: 'heartbeats', id: uuid(2) });
    expect(location.hash).toBe(`#/heartbeats/${uuid(2)}`);
  });

  it('opens a route of the host, and home for one that it does not know', async () => {
    const { router } = started('#/settings');
    const changed = hashChange();
    router.open('https://evil.example/#');
    await changed;
    expect(router.route).toEqual({ view: 'overview', id: null });
  });

  it('begins a silence, also when the host asks for one', async () => {
    const { router } = started('#/alerts');
    let changed = hashChange();
    router.beginSilence(['host="nas"']);
    await changed;
    expect(router.route).toEqual({ view: 'muting', id: null, newSilence: ['host="nas"'] });
    changed = hashChange();
    router.open('#/muting/new');
    await changed;
    expect(router.route).toEqual({ view: 'muting', id: null, newSilence: [] });
  });

  it('takes a sign-in code out of the address before anybody spends it', () => {
    const before = window.history.length;
    const { seen } = started('#/sign-in/one-time');
    expect(seen).toEqual([{ code: 'one-time', hashThen: '#/overview' }]);
    expect(window.history.length).toBe(before);
  });

  it('does so too when the link is opened in a window that is already there', async () => {
    const { seen } = started('#/alerts');
    const changed = hashChange();
    window.location.hash = '#/sign-in/second';
    await changed;
    expect(seen).toEqual([{ code: 'second', hashThen: '#/overview' }]);
  });
});
