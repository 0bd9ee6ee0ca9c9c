import { expect } from 'vitest';
import { grafana } from '../../../main/ingest/grafana-adapter.ts';
import { damagedBody } from '../damage.ts';
import { fixture, fixtureJson, jsonPost, like, type IngestCase } from '../ingest-case.ts';

const URL = '/ingest/grafana';

const events: IngestCase['recorded'][number]['events'] = [
  {
    source: 'grafana',
    host: 'nas',
    kind: 'Memory is short',
    dedupKey: 'c6eadffa33fcdf37',
    status: 'firing',
    severity: 'critical',
    message: 'The NAS has less than 5 % of its memory left',
    url: 'https://grafana.lab/d/lab?orgId=1&viewPanel=4',
    occurredAt: Date.parse('2026-10-12T07:51:03.157Z'),
    endsAt: null,
    annotations: expect.objectContaining({
      values: '{"B":4.23943737541908,"C":1}',
      panelURL: 'https://grafana.lab/d/lab?orgId=1&viewPanel=4',
      imageURL: 'https://grafana.lab/public/img/attachments/x.png',
      runbook_url: 'https://wiki.lab/memory',
    }) as Record<string, string>,
  },
  {
    kind: 'DatasourceNoData',
    host: 'unknown',
    status: 'resolved',
    url: 'https://grafana.lab/alerting/grafana/d1rdpdv7k/view?orgId=1',
    annotations: {
      silenceURL: expect.stringContaining('rulename') as string,
    },
  },
];

const body = fixture('grafana', 'firing.json');

export const grafanaCase: IngestCase = {
  adapter: grafana,
  recorded: [
    { name: 'a group by POST', request: jsonPost(URL, body), events },
    { name: 'a group by PUT', request: { ...jsonPost(URL, body), verb: 'PUT' }, events },
    {
      name: 'a signed group',
      request: {
        url: URL,
        headers: {
          'content-type': 'application/json',
          'x-grafana-alerting-signature': 'ab'.repeat(32),
          'x-grafana-alerting-timestamp': '1760255463',
        },
        body,
      },
      events,
    },
    {
      name: 'its test button, which nobody ever resolves',
      request: jsonPost(URL, fixture('grafana', 'test.json')),
      events: [],
      messages: [
        {
          topic: 'Grafana',
          title: 'TestAlert',
          text: 'Notification test',
          severity: 'warning',
          labels: { alertname: 'TestAlert', instance: 'Grafana' },
          url: null,
        },
      ],
    },
  ],
  broken: [
    {
      name: 'broken JSON',
      request: jsonPost(URL, '{'),
      answer: { status: 400, body: { status: 'error', message: like(/JSON/) } },
    },
    {
      name: 'an alert without labels',
      request: jsonPost(URL, { alerts: [{ status: 'firing', labels: {} }] }),
      answer: { status: 400, body: { message: like(/at least one label/) } },
    },
  ],
  fuzzed: damagedBody([fixtureJson('grafana', 'firing.json')]).map((text) => jsonPost(URL, text)),
};
