/** @module-tag slow */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { labelFingerprint } from '../../../../main/domain/alertmanager-labels.ts';
import { AlertmanagerLab, HOUR, inMs } from './alertmanager-lab.ts';

const DISK = { alertname: 'DiskFull', instance: 'nas:9100', severity: 'critical' };
const LOAD = { alertname: 'LoadHigh', instance: 'pi:9100', severity: 'warning' };

let lab: AlertmanagerLab;
beforeEach(async () => {
  lab = await AlertmanagerLab.start();
});
afterEach(() => lab[Symbol.asyncDispose]());

const filter = (...texts: string[]): string =>
  `?${texts.map((text) => `filter=${encodeURIComponent(text)}`).join('&')}`;

describe('what an alert looks like', () => {
  test('one of Prometheus keeps its labels, and hence the fingerprint that it has elsewhere', async () => {
    await lab.http('POST', 'alerts', [
      {
        labels: DISK,
        annotations: { summary: 'full' },
        startsAt: '2026-01-15T12:00:00.5Z',
        endsAt: '2999-01-01T00:00:00Z',
        generatorURL: 'http://prometheus/graph',
      },
    ]);
    expect(await lab.alerts()).toEqual([
      {
        labels: DISK,
        annotations: { summary: 'full' },
        startsAt: '2026-01-15T12:00:00.500Z',
        endsAt: '2999-01-01T00:00:00.000Z',
        updatedAt: expect.stringMatching(/^\d{4}-.*Z$/) as string,
        fingerprint: labelFingerprint(DISK),
        generatorURL: 'http://prometheus/graph',
        receivers: [],
        status: { state: 'active', silencedBy: [], inhibitedBy: [], mutedBy: [] },
      },
    ]);
  });

  test('one of another source shows all of its identity, its message and an end that lies ahead', async () => {
    await lab.app.call('events.ingest', {
      host: 'nas',
      kind: 'backup_failed',
      dedupKey: '/srv',
      status: 'firing',
      message: 'no space left',
      labels: { pool: 'tank', severity: 'P1', instance: 'rack' },
    });
    const [alert] = await lab.alerts();
    expect(alert).toMatchObject({
      labels: {
        alertname: 'backup_failed',
        host: 'nas',
        instance: 'rack',
        severity: 'warning',
        source: 'api',
        dedup_key: '/srv',
        pool: 'tank',
      },
      annotations: { summary: 'no space left' },
    });
    expect(Date.parse(alert?.endsAt ?? '')).toBeGreaterThan(Date.now());
    expect(alert).not.toHaveProperty('generatorURL');
  });

  test('a closed one is not there', async () => {
    await lab.fire(DISK, LOAD);
    await lab.http('POST', 'alerts', [{ labels: DISK, endsAt: inMs(-1) }]);
    expect(await lab.names()).toEqual(['LoadHigh']);
  });

  test('they come by fingerprint', async () => {
    await lab.fire(...['a', 'b', 'c', 'd'].map((alertname) => ({ alertname })));
    const prints = (await lab.alerts()).map(({ fingerprint }) => fingerprint);
    expect(prints).toEqual(prints.toSorted());
    expect(new Set(prints).size).toBe(4);
  });
});

describe('which alerts', () => {
  beforeEach(() => lab.fire(DISK, LOAD));

  test.each([
    [['alertname="DiskFull"'], ['DiskFull']],
    [['alertname=DiskFull'], ['DiskFull']],
    [['instance=~"nas.*"'], ['DiskFull']],
    [['instance=~"nas"'], []],
    [['instance!~"nas.*"'], ['LoadHigh']],
    [['severity!="critical"'], ['LoadHigh']],
    [['pool!=""'], []],
    [
      ['pool=""', 'alertname=~"Disk.*|Load.*"'],
      ['DiskFull', 'LoadHigh'],
    ],
    [['alertname="DiskFull"', 'severity="warning"'], []],
  ])('%j', async (texts, names) => {
    expect(await lab.names(filter(...texts))).toEqual(names);
  });

  test.each([
    ['{', /^"bad matcher format: \{/],
    ['a=~"("', /^"bad matcher format: .*regular expression/],
    [`a="${'x'.repeat(2_000)}"`, /^"filter: must not be longer than/],
  ])('the filter %s is 400 in words', async (text, words) => {
    const answer = await lab.http('GET', `alerts${filter(text)}`);
    expect(answer.status).toBe(400);
    expect(answer.text).toMatch(words);
  });

  test('active, silenced and inhibited leave out what is so', async () => {
    await lab.app.call('inhibitions.create', {
      name: 'rack',
      sourceMatchers: ['alertname="RackDown"'],
      targetMatchers: ['alertname="LoadHigh"'],
    });
    await lab.fire({ alertname: 'RackDown' }, { alertname: 'Calm' });
    const silenceId = await lab.silence();
    const alerts = await lab.alerts();
    const status = (name: string) =>
      alerts.find(({ labels }) => labels['alertname'] === name)?.status;
    expect(status('DiskFull')).toMatchObject({ state: 'suppressed', silencedBy: [silenceId] });
    expect(status('LoadHigh')).toMatchObject({
      state: 'suppressed',
      inhibitedBy: [labelFingerprint({ alertname: 'RackDown' })],
    });
    expect(status('Calm')).toMatchObject({ state: 'active' });
    expect(await lab.names('?silenced=false')).toEqual(['Calm', 'LoadHigh', 'RackDown']);
    expect(await lab.names('?inhibited=false')).toEqual(['Calm', 'DiskFull', 'RackDown']);
    expect(await lab.names('?active=false')).toEqual(['DiskFull', 'LoadHigh']);
    expect(await lab.names('?active=1&silenced=no&inhibited=0&unprocessed=false')).toEqual([
      'Calm',
      'RackDown',
    ]);
  });

  test('what is kept quiet by anything else is suppressed too, and says by what', async () => {
    await lab.app.call('deliveries.pause', { durationMs: HOUR });
    const [alert] = await lab.alerts();
    expect(alert?.status).toEqual({
      state: 'suppressed',
      silencedBy: [],
      inhibitedBy: [],
      mutedBy: ['pause'],
    });
  });

  test('receivers are the channels that routes lead to, and can be asked for', async () => {
    const [phone, mail] = [await lab.app.channel(), await lab.app.channel()];
    expect((await lab.alerts()).map(({ receivers }) => receivers.length)).toEqual([2, 2]);
    const route = (name: string, matcher: string, channelIds: string[]) =>
      lab.app.call('routes.create', { name, matchers: [matcher], channelIds });
    await route('disks', 'alertname="DiskFull"', [phone, mail]);
    await route('load', 'alertname="LoadHigh"', [mail]);
    expect(await lab.names('?receiver=channel+0')).toEqual(['DiskFull']);
    expect(await lab.names('?receiver=channel+.')).toEqual(['DiskFull', 'LoadHigh']);
    expect(await lab.names('?receiver=channel')).toEqual([]);
    const answer = await lab.http('GET', 'alerts?receiver=(');
    expect([answer.status, answer.text]).toEqual([
      400,
      expect.stringMatching(/^"failed to parse receiver param: /),
    ]);
  });
});

describe('groups', () => {
  test('by receiver and by what its route groups; those that lead nowhere are there as well', async () => {
    const phone = await lab.app.channel();
    await lab.app.call('routes.create', {
      name: 'critical',
      matchers: ['severity="critical"'],
      channelIds: [phone],
      group: { by: ['instance', 'pool'], waitMs: 1_000 },
    });
    await lab.fire(DISK, { ...DISK, alertname: 'RaidBroken' }, LOAD);
    const seen = (await lab.groups()).map(({ labels, receiver, alerts }) => [
      receiver.name,
      labels,
      alerts.map((alert) => alert.labels['alertname']).toSorted(),
    ]);
    expect(seen).toEqual([
      ['(nobody)', { alertname: 'LoadHigh' }, ['LoadHigh']],
      ['channel 0', { instance: 'nas:9100' }, ['DiskFull', 'RaidBroken']],
    ]);
    expect(await lab.groups('?receiver=channel.*')).toHaveLength(1);
    expect(await lab.groups(filter('alertname=LoadHigh'))).toHaveLength(1);
  });

  test('muted=false leaves out groups that are muted as a whole', async () => {
    await lab.fire(DISK, { ...DISK, instance: 'pi' }, LOAD);
    await lab.silence({ matchers: [{ name: 'instance', value: 'nas:9100', isRegex: false }] });
    expect(await lab.groups('?muted=false')).toHaveLength(2);
    await lab.silence();
    const groups = await lab.groups('?muted=false');
    expect(groups.map(({ labels }) => labels['alertname'])).toEqual(['LoadHigh']);
    expect(await lab.groups()).toHaveLength(2);
  });
});

test('more than can be shown is refused, never cut', async () => {
  const batch = (start: number) =>
    lab.fire(...Array.from({ length: 1_000 }, (_, n) => ({ alertname: `a${start + n}` })));
  for (let start = 0; start < 10_000; start += 1_000) await batch(start);
  expect(await lab.alerts()).toHaveLength(10_000);
  await lab.fire({ alertname: 'one too many' });
  const answer = await lab.http('GET', 'alerts');
  expect(answer.status).toBe(400);
  expect(answer.text).toMatch(/^"More than 10,000 alerts .* match/);
  expect(await lab.alerts(filter('alertname=~"a1.*"'))).toHaveLength(1_111);
  expect((await lab.http('GET', 'alerts/groups')).status).toBe(400);
});
