import { describe, expect, it } from 'vitest';
import { parseMatcher } from '../../../main/contract/matcher.ts';
import { compileMatchers } from '../../../main/domain/matching.ts';
import { proposalOf, proposalOfSearch } from '../../../renderer/alerts/silence-proposal.ts';
import { alert, uuid } from '../support/samples.ts';

describe('proposalOf', () => {
  it.each([
    ['plain words', 'backup_failed', 'nas'],
    ['quotes and backslashes', 'say "no\\n"', 'C:\\nas\\'],
    ['line breaks', 'two\nlines', 'nas'],
    ['what a matcher would take apart', 'a,{b}&c=d#/?%41', 'ü nas '],
    ['markup', '<img src=x onerror=alert(1)>', "'; --"],
  ])('writes %s of one alert as they are', (_what, kind, host) => {
    const { matchers } = proposalOf([alert({ kind, host })]);
    expect(matchers.map((text) => parseMatcher(text))).toEqual([
      { name: 'kind', op: '=', value: kind },
      { name: 'host', op: '=', value: host },
    ]);
  });

  it('lists the hosts of several alerts, and matches each of them and no other', () => {
    const hosts = ['nas.lan', 'a|b', 'pi(4)'];
    const alerts = hosts.map((host, index) => alert({ id: uuid(index + 1), host }));
    const { matchers, selected, note } = proposalOf(alerts);
    expect(matchers).toEqual(['kind="backup_failed"', 'host=~"a\\\\|b|nas\\\\.lan|pi\\\\(4\\\\)"']);
    const compiled = compileMatchers(matchers);
    expect(compiled.ok && alerts.every(compiled.matches)).toBe(true);
    expect(compiled.ok && compiled.matches(alert({ host: 'nasxlan' }))).toBe(false);
    expect([...(selected ?? [])]).toEqual([1, 2, 3].map(uuid));
    expect(note).toBeUndefined();
  });

  it('falls back to shared labels where hosts and kinds are too many', () => {
    const many = Array.from({ length: 30 }, (_, index) =>
      alert({
        ...{ id: uuid(index + 1), host: `h${index}`, kind: `k${index}`, dedupKey: 'sda' },
        labels: { zone: 'base', run: String(index), key: uuid(7) },
      }),
    );
    const { matchers, others } = proposalOf(many);
    expect(matchers).toEqual(['zone="base"']);
    expect(others).toEqual(['severity="critical"', 'dedup_key="sda"']);
    const without = proposalOf(many.map((each) => ({ ...each, labels: {} })));
    expect(without.matchers).toEqual([]);
    expect(without.note).toContain('in common');
  });
});

describe('proposalOfSearch', () => {
  it('takes the matchers of a search that has nothing else', () => {
    expect(proposalOfSearch('zone=~"base.*" severity=critical', [alert()])).toEqual({
      matchers: ['zone=~"base.*"', 'severity="critical"'],
      others: [],
      selected: null,
    });
  });

  it('goes by the loaded alerts where the search has words, and says so', () => {
    const { matchers, selected, note } = proposalOfSearch('disk zone=base', [alert()]);
    expect(matchers).toEqual(['kind="backup_failed"', 'host="nas"']);
    expect(selected).toBeNull();
    expect(note).toContain('Words of a search cannot be part of a silence.');
  });
});
