import { describe, expect, it } from 'vitest';
import { alertsMatching, sentence } from '../../../renderer/ui/matcher-text.ts';

describe('alertsMatching', () => {
  it.each([
    [[], 'all alerts'],
    [['severity="critical"'], 'critical alerts'],
    [['severity!="info"'], 'non-info alerts'],
    [['severity=~"warning|critical"'], 'warning or critical alerts'],
    [['host="nas"'], 'alerts on nas'],
    [['host!="nas"', 'source="prometheus"'], 'alerts not on nas from prometheus'],
    [['severity=critical', 'kind=~"disk_.*|smart"'], 'critical alerts of kind disk_* or smart'],
    [['kind=~"disk_[0-9]+"'], 'alerts of kind matching disk_[0-9]+'],
    [['host=~"nas.lan"'], 'alerts on matching nas.lan'],
    [['team="infra"', 'rack!~"a.*"'], 'alerts with team infra without rack a*'],
    [['team=""'], 'alerts with team (empty)'],
    [['no matcher'], 'alerts no matcher'],
  ])('says %j as %s', (texts, words) => {
    expect(alertsMatching(texts)).toBe(words);
  });

  it.each([
    [[], 'warning', 'warning and critical alerts'],
    [[], 'critical', 'critical alerts'],
    [['kind="x"'], 'warning', 'warning and critical alerts of kind x'],
    [['severity!="info"'], 'critical', 'non-info alerts, at least critical'],
  ] as const)('says %j from %s on as %s', (texts, least, words) => {
    expect(alertsMatching(texts, least)).toBe(words);
  });

  it('begins a sentence', () => {
    expect(sentence('all alerts')).toBe('All alerts');
    expect(sentence('')).toBe('');
  });
});
