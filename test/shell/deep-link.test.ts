import { afterEach, describe, expect, it, vi } from 'vitest';
import { DeepLinks, routeIn } from '../../main/shell/deep-link.ts';
import { app } from '../support/electron/app.ts';
import { preventable } from '../support/electron/strict.ts';

// A separate stand-in, in the state of a program that has just started.
vi.hoisted(() => vi.resetModules());
vi.mock('electron', () => import('../support/electron/index.ts'));

const ID = '0199a0f0-1234-7000-8000-0123456789ab';

describe('a link on the command line', () => {
  it.each([`belfry://alert/${ID}`, `belfry://alert/${ID}/`, `belfry://alert/${ID.toUpperCase()}`])(
    'opens an alert: %s',
    (link) => expect(routeIn(['/app/belfry', '--hidden', link])).toBe(`#/alerts/${ID}`),
  );

  it.each([
    `belfry://alert/${ID}/acknowledge`,
    `belfry://alert/${ID}?do=resolve`,
    `belfry://alert/${ID}#x`,
    'belfry://alert/',
    'belfry://alert/../settings',
    `belfry://settings/${ID}`,
    `belfry-window://app/#/alerts/${ID}`,
    `https://alert/${ID}`,
    ID,
  ])('that is none of ours opens nothing: %s', (link) => {
    expect(routeIn(['/app/belfry', link])).toBeNull();
  });
});

describe('a link of macOS', () => {
  afterEach(() => {
    app.removeAllListeners();
    app.isPackaged = false;
    app.defaultSchemes.length = 0;
  });
  const openUrl = (link: string): boolean => {
    const event = preventable({});
    app.emit('open-url', event, link);
    return event.defaultPrevented;
  };

  it('is kept until there is a window', () => {
    const links = new DeepLinks();
    links.listen();
    expect(openUrl(`belfry://alert/${ID}`)).toBe(true);
    const show = vi.fn();
    expect(links.follow(show, ['/app/belfry'])).toBe(`#/alerts/${ID}`);
    expect(show).not.toHaveBeenCalled();
    openUrl(`belfry://alert/${ID}`);
    openUrl('belfry://alert/x');
    expect(show.mock.calls).toEqual([
      [`#/alerts/${ID}`, `belfry://alert/${ID}`],
      [null, 'belfry://alert/x'],
    ]);
  });

  it('belongs to the installed app, not to a development run', () => {
    new DeepLinks().listen();
    expect(app.defaultSchemes).toEqual([]);
    app.isPackaged = true;
    new DeepLinks().listen();
    expect(app.defaultSchemes).toEqual(['belfry']);
  });
});
