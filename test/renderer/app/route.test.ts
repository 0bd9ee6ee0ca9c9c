import { describe, expect, it } from 'vitest';
import { VIEWS, formatRoute, parseRoute, signInCode } from '../../../renderer/app/route.ts';
import { uuid } from '../support/samples.ts';

describe('parseRoute', () => {
  it.each(VIEWS)('reads what formatRoute writes for %s', (view) => {
    expect(parseRoute(formatRoute(view))).toEqual({ view, id: null });
    expect(parseRoute(formatRoute(view, uuid(4)))).toEqual({ view, id: uuid(4) });
  });

  it.each(['', '#', '#/', '#/nothing', '#/constructor', 'javascript:alert(1)'])(
    'leads home from %s',
    (hash) => {
      expect(parseRoute(hash)).toEqual({ view: 'alerts', id: null });
    },
  );

  it.each(['#/alerts/../../x', '#/alerts/%00', '#/alerts/1 OR 1=1'])(
    'takes no id that is not one from %s',
    (hash) => {
      expect(parseRoute(hash)).toEqual({ view: 'alerts', id: null });
    },
  );
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
