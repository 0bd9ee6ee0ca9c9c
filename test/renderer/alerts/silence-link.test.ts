import { describe, expect, it } from 'vitest';
import { parseMatcher } from '../../../main/contract/matcher.ts';
import { silenceLink } from '../../../renderer/alerts/alert-labels.ts';
import { parseRoute } from '../../../renderer/app/route.ts';

describe('silenceLink', () => {
  it.each([
    ['plain words', 'backup_failed', 'nas'],
    ['quotes and backslashes', 'say "no\\n"', 'C:\\nas\\'],
    ['line breaks', 'two\nlines', 'nas'],
    ['what a URL or a matcher would take apart', 'a,{b}&c=d#/?%41', 'ü nas '],
    ['markup', '<img src=x onerror=alert(1)>', "'; --"],
  ])('brings %s unharmed into the form', (_what, kind, host) => {
    const { view, newSilence } = parseRoute(silenceLink({ kind, host }));
    expect(view).toBe('muting');
    expect(newSilence?.map((text) => parseMatcher(text))).toEqual([
      { name: 'kind', op: '=', value: kind },
      { name: 'host', op: '=', value: host },
    ]);
  });
});
