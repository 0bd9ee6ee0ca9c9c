import { describe, expect, it } from 'vitest';
import { readLabels } from '../../../renderer/routing/route-trial.svelte.ts';
import { featureTexts, unreachedFrom } from '../../../renderer/routing/route-text.ts';
import { route } from '../support/routing-samples.ts';

const namesOf = (ids: readonly string[]): string => ids.map((id) => `<${id}>`).join(', ');

describe('featureTexts', () => {
  it('says nothing of a route that tells at once', () => {
    expect(featureTexts(route(), namesOf)).toEqual([]);
  });

  it.each([
    [{ group: { by: [], waitMs: 60_000 } }, 'grouped for 1 min'],
    [{ resolvedForMs: 300_000 }, '“resolved” only after 5 min'],
    [
      { reminder: { intervalMs: 60_000, max: 1, minSeverity: 'info' as const, louder: false } },
      'reminder every minute, at most once',
    ],
    [{ escalation: [{ afterMs: 60_000, channelIds: ['a', 'b'] }] }, 'after 1 min also → <a>, <b>'],
    [{ continue: true }, 'continues to later routes'],
  ])('says of %j: %s', (part, words) => {
    expect(featureTexts(route(part), namesOf)).toEqual([words]);
  });
});

describe('unreachedFrom', () => {
  const all = route({ matchers: [] });

  it.each([
    ['no route takes everything', [route(), route()], 2],
    ['one takes everything', [route(), all, route()], 2],
    ['it is disabled', [{ ...all, enabled: false }, route()], 2],
    ['it goes on', [{ ...all, continue: true }, route()], 2],
    ['less severe alerts skip it', [{ ...all, minSeverity: 'warning' as const }, route()], 2],
    ['it is the first', [all, route(), route()], 1],
  ])('knows where routes are not asked any more when %s', (_when, routes, from) => {
    expect(unreachedFrom(routes)).toBe(from);
  });
});

describe('readLabels', () => {
  it.each([
    ['', {}],
    ['a=1', { a: '1' }],
    [' a = 1 \n\n b=x=y ', { a: '1', b: 'x=y' }],
    ['a=', { a: '' }],
    ['a', null],
    ['=1', null],
    ['a=1\nb', null],
  ])('reads %j as %j', (text, labels) => {
    expect(readLabels(text)).toEqual(labels);
  });
});
