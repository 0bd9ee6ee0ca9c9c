import { describe, expect, it } from 'vitest';
import { unitMs, unitOf } from '../../../renderer/ui/duration-units.ts';
import {
  fromLocalInput,
  knownTimeZones,
  momentMs,
  toLocalInput,
} from '../../../renderer/ui/local-moment.ts';
import { MatcherDrafts } from '../../../renderer/ui/matcher-drafts.svelte.ts';
import { daysText } from '../../../renderer/ui/weekdays.ts';
import { textList } from '../../../renderer/ui/text-list.ts';

describe('unitOf', () => {
  it.each([
    [0, 'minutes'],
    [1_000, 'seconds'],
    [90_000, 'seconds'],
    [60_000, 'minutes'],
    [5_400_000, 'minutes'],
    [7_200_000, 'hours'],
    [86_400_000, 'days'],
    [1_500, 'seconds'],
  ] as const)('says %i ms in %s', (ms, unit) => {
    expect(unitOf(ms)).toBe(unit);
  });

  it('knows how long units are', () => {
    expect(unitMs('hours')).toBe(3_600_000);
  });
});

describe('a local date and time', () => {
  it('comes back as the same minute', () => {
    const at = momentMs('2026-02-03T04:05:00Z');
    expect(fromLocalInput(toLocalInput(at))).toBe(at);
    expect(toLocalInput(at)).toMatch(/^2026-02-0[2-4]T\d\d:05$/);
  });

  it.each(['', 'soon', '2026-99-01T00:00'])('is none in %j', (text) => {
    expect(fromLocalInput(text)).toBeNull();
  });
});

it('knows each time zone once, UTC among them', () => {
  const zones = knownTimeZones();
  expect(zones).toContain('UTC');
  expect(zones).toContain('Europe/Berlin');
  expect(new Set(zones).size).toBe(zones.length);
});

describe('daysText', () => {
  it.each([
    [[1, 2, 3, 4, 5, 6, 7], 'every day'],
    [[5, 4, 3, 2, 1], 'Mon–Fri'],
    [[1], 'Mon'],
    [[1, 3, 6, 7], 'Mon, Wed, Sat–Sun'],
    [[7, 1], 'Mon, Sun'],
    [[], ''],
  ])('says %j as %s', (days, words) => {
    expect(daysText(days)).toBe(words);
  });
});

it('reads words with commas between, each once', () => {
  expect(textList(' host, ,kind,host ')).toEqual(['host', 'kind']);
});

describe('MatcherDrafts', () => {
  it('always has a line to type in', () => {
    const drafts = new MatcherDrafts(['host="nas"']);
    const [only] = drafts.lines;
    if (only) drafts.remove(only);
    expect(drafts.lines.map(({ text }) => text)).toEqual(['']);
    expect(drafts.texts).toEqual([]);
    expect(drafts.check()).toBe(true);
  });

  it('calls a line wrong once it was left, until it is right', () => {
    const drafts = new MatcherDrafts(['']);
    const [line] = drafts.lines;
    if (!line) throw new Error('There is a line');
    line.text = 'host';
    expect(line.problem).toBeUndefined();
    expect(drafts.check()).toBe(false);
    expect(line.problem).toContain('Enter a matcher');
    line.text = 'nas';
    expect(line.problem).toContain('Did you mean host="nas"?');
    line.text = 'critical';
    expect(line.problem).toContain('Did you mean severity="critical"?');
    line.text = 'host=nas';
    expect(drafts.check()).toBe(true);
  });

  it('counts a line among those that are sent', () => {
    const drafts = new MatcherDrafts(['', 'a=1', ' ', 'b=2']);
    expect(drafts.lines.map((line) => drafts.sentAt(line))).toEqual([-1, 0, -1, 1]);
    expect(drafts.texts).toEqual(['a=1', 'b=2']);
  });

  it('takes no more lines than a list may have', () => {
    const drafts = new MatcherDrafts(Array.from({ length: 19 }, () => 'a=1'));
    expect(drafts.isFull).toBe(false);
    drafts.add();
    expect(drafts.isFull).toBe(true);
  });
});
