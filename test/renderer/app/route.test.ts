import { describe, expect, it } from 'vitest';
import {
  SETTINGS_PARTS,
  VIEWS,
  formatAudit,
  formatNewSilence,
  formatRoute,
  formatSettings,
  parseRoute,
  signInCode,
} from '../../../renderer/app/route.ts';
import { uuid } from '../support/samples.ts';

describe('parseRoute', () => {
  it.each(VIEWS)('reads what formatRoute writes for %s', (view) => {
    expect(parseRoute(formatRoute(view))).toEqual({ view, id: null });
    expect(parseRoute(formatRoute(view, uuid(4)))).toEqual({ view, id: uuid(4) });
  });

  it.each(['', '#', '#/', '#/nothing', '#/constructor', 'javascript:alert(1)'])(
    'leads home from %s',
    (hash) => {
      expect(parseRoute(hash)).toEqual({ view: 'overview', id: null });
    },
  );

  it.each(['#/alerts/../../x', '#/alerts/%00', '#/alerts/1 OR 1=1'])(
    'takes no id that is not one from %s',
    (hash) => {
      expect(parseRoute(hash)).toEqual({ view: 'alerts', id: null });
    },
  );
});

describe('the route of a sender', () => {
  it('is read as it is written', () => {
    const route = { view: 'sources', id: null, sender: 'uptime_kuma' };
    expect(parseRoute(formatRoute('sources', 'uptime_kuma'))).toEqual(route);
  });

  it('is that of all senders for what is no id', () => {
    expect(parseRoute('#/sources/<script>')).toEqual({ view: 'sources', id: null });
  });
});

describe('the route of a part of the settings', () => {
  it.each(SETTINGS_PARTS)('is read as it is written for %s', (part) => {
    expect(parseRoute(formatSettings(part))).toEqual({
      view: 'settings',
      id: null,
      settingsPart: part,
    });
  });

  it.each(['#/settings/nothing', '#/settings/constructor', '#/alerts/backups'])(
    'is none in %s',
    (hash) => {
      expect(parseRoute(hash)).not.toHaveProperty('settingsPart');
    },
  );
});

describe('the route of the audit log', () => {
  it.each(['settings', uuid(4), 'a b&c=#d/é'])('holds the subject %s', (subject) => {
    expect(parseRoute(formatAudit(subject))).toEqual({ view: 'audit', id: null, subject });
  });

  it('is about everything without one, and takes none elsewhere', () => {
    expect(parseRoute('#/audit?subject=')).toEqual({ view: 'audit', id: null });
    expect(parseRoute('#/alerts?subject=x')).toEqual({ view: 'alerts', id: null });
    expect(parseRoute(formatAudit('x'.repeat(500))).subject).toHaveLength(200);
  });
});

describe('the route of a new silence', () => {
  const read = (hash: string) => parseRoute(hash).newSilence;
  const link = (value: unknown): string =>
    `#/muting/new?matchers=${encodeURIComponent(JSON.stringify(value))}`;

  it.each([
    [[]],
    [['host="nas"']],
    [['kind="a/b?c#d&e=%2F"', 'team=~"(ops|infra)\\\\d+"', 'note="say \\"hi\\""']],
  ])('brings back %j', (matchers) => {
    expect(parseRoute(formatNewSilence(matchers))).toEqual({
      view: 'muting',
      id: null,
      newSilence: matchers,
    });
  });

  it.each([
    ['what is no JSON', '#/muting/new?matchers=%7Bnot'],
    ['what is not well encoded', '#/muting/new?matchers=%E0%A4%A'],
    ['what is no list', link({ 0: 'host="nas"' })],
    ['what is no text', link([1])],
    ['more than a silence may have', link(Array.from({ length: 21 }, () => 'host="nas"'))],
    ['one that is too long', link([`host="${'x'.repeat(2_000)}"`])],
  ])('takes nothing from %s', (_what, hash) => {
    expect(read(hash)).toEqual([]);
  });

  it('takes none of them when one is wrong, since fewer would silence more', () => {
    expect(read(link(['host="nas"', 'kind is bad']))).toEqual([]);
  });

  it('is one of muting alone', () => {
    expect(parseRoute('#/alerts/new?matchers=[]')).toEqual({ view: 'alerts', id: null });
    expect(read('#/muting')).toBeUndefined();
  });
});

describe('signInCode', () => {
  it.each([
    ['#/sign-in/Ab-_9', 'Ab-_9'],
    [' http://nas:8377/#/sign-in/Ab-_9 ', 'Ab-_9'],
    ['#/alerts', null],
    ['Ab-_9', null],
  ])('finds in %s the code %s', (text, code) => {
    expect(signInCode(text)).toBe(code);
  });
});
