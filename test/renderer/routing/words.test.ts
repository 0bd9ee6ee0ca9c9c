import { describe, expect, it } from 'vitest';
import { readLabels } from '../../../renderer/routing/route-trial.svelte.ts';
import {
  mannerWords,
  targetWords,
  unreachedFrom,
} from '../../../renderer/routing/routing-labels.ts';
import { route } from '../support/routing-samples.ts';

const nameOf = (id: string): string => `<${id}>`;

describe('mannerWords', () => {
  it('says nothing of a route that tells at once', () => {
    expect(mannerWords(route(), nameOf)).toEqual([]);
  });

  it.each([
    [{ group: { by: [], waitMs: 60_000 } }, 'collected into one message for 1 min'],
    [{ reminder: { intervalMs: 60_000, max: 1 } }, 'reminded every 1 min, at most 1 time'],
    [{ escalation: [{ afterMs: 60_000, channelIds: ['a', 'b'] }] }, 'after 1 min also → <a>, <b>'],
    [{ continue: true }, 'the routes below are asked too'],
  ])('says of %j: %s', (part, words) => {
    expect(mannerWords(route(part), nameOf)).toEqual([words]);
  });
});

it('says that a route without channels tells nobody', () => {
  expect(targetWords(route({ channelIds: [] }), nameOf)).toBe('nobody');
});

describe('unreachedFrom', () => {
  const all = route({ matchers: [] });

  it.each([
    ['no route takes everything', [route(), route()], 2],
    ['one takes everything', [route(), all, route()], 2],
    ['it is disabled', [{ ...all, enabled: false }, route()], 2],
    ['it goes on', [{ ...all, continue: true }, route()], 2],
    ['milder alerts pass it', [{ ...all, minSeverity: 'warning' as const }, route()], 2],
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
