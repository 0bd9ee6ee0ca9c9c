import fc from 'fast-check';
import { alertmanager } from '../../../main/ingest/alertmanager-adapter.ts';
import { damagedBody } from '../damage.ts';
import {
  fixture,
  fixtureJson,
  jsonPost,
  type FuzzedRequest,
  like,
  type IngestCase,
} from '../ingest-case.ts';

const ALERTS = '/api/v2/alerts';

const recordedBody = (file: string) => jsonPost(ALERTS, fixture('alertmanager', file));

const pairs = (maxKeys: number) =>
  fc.dictionary(fc.stringMatching(/^[a-z_]{1,12}$/), fc.string({ maxLength: 100 }), { maxKeys });

/** The requests of a well-behaved sender: every one of these alerts is to be stored. */
const goodAlerts: fc.Arbitrary<FuzzedRequest> = fc
  .array(
    fc.record({
      labels: pairs(10).map((labels) => ({ ...labels, alertname: 'Fuzzed' })),
      annotations: pairs(5),
    }),
    { maxLength: 20 },
  )
  .map((alerts) => ({ ...jsonPost(ALERTS, alerts), holds: alerts.length }));

export const alertmanagerCase: IngestCase = {
  adapter: alertmanager,
  recorded: [
    {
      name: 'a firing alert of Prometheus',
      at: '2026-11-25T15:54:01.000Z',
      request: recordedBody('prometheus-firing.json'),
      events: [
        {
          source: 'alertmanager',
          host: 'nas',
          kind: 'DiskFillsUp',
          status: 'firing',
          severity: 'critical',
          message: 'The disk of  is full',
          occurredAt: Date.parse('2026-11-25T15:54:00.495Z'),
          endsAt: Date.parse('2026-11-25T15:54:10.995Z'),
          url: 'http://prometheus.lab:9090/graph?g0.expr=vector%28time%28%29+%25+12%29+%3C+6&g0.tab=1',
        },
      ],
      answer: { status: 200, body: '' },
    },
    {
      name: 'a resolved alert of Prometheus',
      at: '2026-11-25T15:54:07.000Z',
      request: recordedBody('prometheus-resolved.json'),
      events: [
        {
          host: 'nas',
          kind: 'DiskFillsUp',
          status: 'resolved',
          occurredAt: Date.parse('2026-11-25T15:54:06.495Z'),
          endsAt: null,
        },
      ],
      answer: { status: 200, body: '' },
    },
    {
      name: 'nulls in the place of texts, which Alertmanager reads as empty',
      request: jsonPost(ALERTS, [
        {
          labels: { alertname: 'DiskFull', instance: 'nas:9100', rack: null },
          annotations: { summary: null, description: 'It is full', runbook: null },
          generatorURL: null,
        },
      ]),
      events: [
        {
          host: 'nas',
          labels: { alertname: 'DiskFull', instance: 'nas:9100' },
          message: 'It is full',
          url: null,
        },
      ],
      answer: { status: 200, body: '' },
    },
    {
      name: 'labels beyond every limit, of which Alertmanager has none',
      request: jsonPost(ALERTS, [
        { labels: { alertname: 'Long', host: 'nas', query: 'q'.repeat(5_000) } },
        { labels: { alertname: 'Long', host: 'nas', query: `${'q'.repeat(5_000)}!` } },
        {
          labels: {
            ...Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`l${n}`, 'v'])),
            alertname: 'Many',
            host: 'nas',
          },
        },
      ]),
      events: [
        {
          kind: 'Long',
          labels: { alertname: 'Long', host: 'nas', query: `${'q'.repeat(4_089)}… (cut)` },
        },
        { kind: 'Long' },
        { kind: 'Many', host: 'nas' },
      ],
      answer: { status: 200, body: '' },
    },
    {
      name: 'empty times, which count as none',
      at: '2026-11-25T15:55:00.000Z',
      request: jsonPost(ALERTS, [{ labels: { alertname: 'DiskFull' }, startsAt: '', endsAt: '' }]),
      events: [
        {
          status: 'firing',
          occurredAt: Date.parse('2026-11-25T15:55:00.000Z'),
          endsAt: Date.parse('2026-11-25T16:00:00.000Z'),
        },
      ],
    },
    {
      name: 'an alert of amtool, with zero times',
      at: '2026-11-25T15:55:00.000Z',
      request: recordedBody('amtool-add.json'),
      events: [
        {
          host: 'nas',
          kind: 'test',
          status: 'firing',
          severity: 'warning',
          message: 'a test',
          occurredAt: Date.parse('2026-11-25T15:55:00.000Z'),
          endsAt: Date.parse('2026-11-25T16:00:00.000Z'),
        },
      ],
      answer: { status: 200, body: '' },
    },
  ],
  broken: [
    {
      name: 'broken JSON',
      request: jsonPost(ALERTS, '[{'),
      answer: { status: 400, body: { code: 400, message: like(/JSON/) } },
    },
    {
      name: 'no labels',
      request: jsonPost(ALERTS, [{ labels: {} }]),
      answer: { status: 400, body: /^"alert 0: labels: must contain at least one label"$/ },
    },
    {
      name: 'an end before its beginning',
      request: jsonPost(ALERTS, [
        {
          labels: { a: 'b' },
          startsAt: '2026-11-25T12:00:00Z',
          endsAt: '2026-11-25T11:00:00Z',
        },
      ]),
      answer: { status: 400, body: /start time must be before end time/ },
    },
  ],
  fuzzed: fc.oneof(
    { weight: 1, arbitrary: goodAlerts },
    {
      weight: 4,
      arbitrary: damagedBody([
        fixtureJson('alertmanager', 'prometheus-firing.json'),
        fixtureJson('alertmanager', 'amtool-add.json'),
      ]).map((body) => jsonPost(ALERTS, body)),
    },
  ),
};
