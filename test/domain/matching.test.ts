import fc from 'fast-check';
import { expect, test } from 'vitest';
import { inEnglish } from '../../main/messages/failures.ts';
import { formatMatcher, matcher, parseMatcher } from '../../main/contract/matcher.ts';
import {
  compileLabelMatchers,
  compileMatchers,
  valueOf,
  type Matchable,
} from '../../main/domain/matching.ts';
import { cpuMs } from '../support/cpu-time.ts';

const nas: Matchable = {
  source: 'alertmanager',
  host: 'nas',
  kind: 'disk_full',
  severity: 'warning',
  labels: { disk: 'sda', severity: 'page', note: 'one\ntwo' },
};

const matches = (...texts: string[]): boolean => {
  const compiled = compileMatchers(texts);
  if (!compiled.ok) throw new Error(inEnglish(compiled.reason));
  return compiled.matches(nas);
};

test.each<[string, boolean]>([
  ['host="nas"', true],
  ['host=nas', true],
  ['host="NAS"', false],
  ['host!="nas"', false],
  ['host!="rack"', true],
  ['kind="disk_full"', true],
  ['source="alertmanager"', true],
  ['disk="sda"', true],
  ['disk="sd"', false],
  ['"disk"=~"sd[a-c]"', true],
])('%s: %s', (text, expected) => {
  expect(matches(text)).toBe(expected);
});

test.each<[string, boolean]>([
  ['host=~"na"', false],
  ['host=~"na."', true],
  ['host=~"na|nas"', true],
  ['host=~"(?i)NAS"', true],
  ['host!~"na"', true],
  ['host!~"n.*"', false],
  ['note=~".*"', true],
  ['note=~"one"', false],
])('a regular expression matches from end to end: %s: %s', (text, expected) => {
  expect(matches(text)).toBe(expected);
});

test.each<[string, boolean]>([
  ['pool=""', true],
  ['pool=~""', true],
  ['pool=~".*"', true],
  ['pool=~".+"', false],
  ['pool!=""', false],
  ['pool!="tank"', true],
  ['toString=""', true],
  ['__proto__=""', true],
  ['constructor!~".+"', true],
])('a label that is missing is empty: %s: %s', (text, expected) => {
  expect(matches(text)).toBe(expected);
});

test.each<[string, boolean]>([
  ['severity="warning"', true],
  ['severity="page"', true],
  ['severity="critical"', false],
  ['severity=~"pa.*"', true],
  ['severity!="warning"', false],
  ['severity!="page"', false],
  ['severity!="critical"', true],
  ['severity!~"pa.*"', false],
])('a field and a label of the same name both count: %s: %s', (text, expected) => {
  expect(matches(text)).toBe(expected);
});

test('all matchers must hold, and none holds for everything', () => {
  expect(matches('host="nas"', 'disk="sda"')).toBe(true);
  expect(matches('host="nas"', 'disk="sdb"')).toBe(false);
  expect(matches()).toBe(true);
});

test.each([
  ['disk~"a"', 'must be a matcher such as severity="critical" or host=~"nas.*"'],
  ['disk=~"("', 'must contain a regular expression in RE2 syntax (missing closing ): `(`)'],
  [
    'disk=~"(?=a)"',
    'must contain a regular expression in RE2 syntax (invalid or unsupported Perl syntax: `(?=`)',
  ],
])('%s is refused by its place in the list', (text, message) => {
  const compiled = compileMatchers(['host="nas"', text]);
  expect(compiled).toMatchObject({ ok: false, index: 1 });
  expect(!compiled.ok && inEnglish(compiled.reason)).toBe(message);
});

test('a pattern that would take a backtracking engine for ever takes none of our time', () => {
  const compiled = compileMatchers(['note=~"(((a*)*)*)*b"']);
  const hostile = { ...nas, labels: { note: 'a'.repeat(4_096) } };
  const ms = cpuMs(() => {
    expect(compiled.ok && compiled.matches(hostile)).toBe(false);
  });
  expect(ms).toBeLessThan(5_000);
});

test.each([
  ['host', 'nas'],
  ['severity', 'warning'],
  ['disk', 'sda'],
  ['pool', ''],
  ['hasOwnProperty', ''],
])('the one value of %s is %o', (name, value) => {
  expect(valueOf(nas, name)).toBe(value);
});

test.each<[string, boolean]>([
  ['alertname="disk_full"', true],
  ['alertname!="disk_full"', false],
  ['instance="nas"', true],
  ['dedup_key="sda"', true],
  ['dedup_key=""', false],
])('what has no such label goes by the names of Alertmanager: %s: %s', (text, expected) => {
  const compiled = compileMatchers([text]);
  expect(compiled.ok && compiled.matches({ ...nas, dedupKey: 'sda' })).toBe(expected);
});

test.each<[string, boolean]>([
  ['alertname="DiskFull"', true],
  ['alertname="disk_full"', false],
  ['instance=~"nas"', false],
  ['instance="nas:9100"', true],
])('a label of that name comes first: %s: %s', (text, expected) => {
  const compiled = compileMatchers([text]);
  const labels = { alertname: 'DiskFull', instance: 'nas:9100' };
  expect(compiled.ok && compiled.matches({ ...nas, labels })).toBe(expected);
  expect(valueOf({ ...nas, labels }, 'alertname')).toBe('DiskFull');
});

test.each<[string, boolean]>([
  ['host="nas"', false],
  ['host=""', true],
  ['severity!=""', true],
  ['severity="warning"', false],
  ['disk=~"sd."', true],
  ['disk!~"sd."', false],
])('labels alone know no fields: %s: %s', (text, expected) => {
  const compiled = compileLabelMatchers([text]);
  expect(compiled.ok && compiled.matches(nas.labels)).toBe(expected);
});

test('a matcher is read back as it was written', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', minLength: 1 }),
      fc.constantFrom('=' as const, '!=' as const, '=~' as const, '!~' as const),
      fc.string({ unit: 'binary' }),
      (name, op, value) => {
        expect(parseMatcher(formatMatcher({ name, op, value }))).toEqual({ name, op, value });
      },
    ),
  );
});

test('a matcher that is too long is refused before it is read, whatever it holds', () => {
  // Read by the syntax, this one would take hours.
  const text = `host=${' '.repeat(1_000_000)}"`;
  expect(parseMatcher(text)).toBeNull();
  const compiled = compileMatchers(['host=nas', text]);
  expect(compiled).toEqual({
    ok: false,
    index: 1,
    reason: { code: 'issue.chars_max', params: { max: '1024' } },
  });
  expect(matcher.safeParse(text).error?.issues).toMatchObject([{ code: 'too_big' }]);
});
