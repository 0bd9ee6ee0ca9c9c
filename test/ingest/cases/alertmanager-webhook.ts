import { alertmanagerWebhook } from '../../../main/ingest/alertmanager-webhook.ts';
import { damagedBody } from '../damage.ts';
import { fixture, fixtureJson, jsonPost, like, type IngestCase } from '../ingest-case.ts';

const URL = '/ingest/alertmanager';

const recordedBody = (file: string) => jsonPost(URL, fixture('alertmanager-webhook', file));

export const alertmanagerWebhookCase: IngestCase = {
  adapter: alertmanagerWebhook,
  recorded: [
    {
      name: 'a firing group',
      request: recordedBody('firing.json'),
      events: [
        {
          source: 'alertmanager-webhook',
          host: 'nas',
          kind: 'DiskFillsUp',
          dedupKey: '461d0da525ac8d9b',
          status: 'firing',
          severity: 'critical',
          message: 'The disk is full',
          url: 'http://prometheus.lab:9090/graph',
          occurredAt: Date.parse('2026-11-25T15:52:52Z'),
          endsAt: null,
        },
      ],
      answer: { status: 200, body: { status: 'ok' } },
    },
    {
      name: 'a resolved group',
      request: recordedBody('resolved.json'),
      events: [
        {
          dedupKey: '461d0da525ac8d9b',
          status: 'resolved',
          occurredAt: Date.parse('2026-11-25T15:52:52Z'),
          endsAt: null,
        },
      ],
      answer: { status: 200 },
    },
  ],
  broken: [
    {
      name: 'broken JSON',
      request: jsonPost(URL, '{'),
      answer: { status: 400, body: { status: 'error', message: like(/JSON/) } },
    },
    {
      name: 'no alerts',
      request: jsonPost(URL, { version: '4', status: 'firing' }),
      answer: { status: 400, body: { message: like(/^alerts: is required/) } },
    },
    {
      name: 'an alert of no known status beside a good one',
      request: jsonPost(URL, {
        version: '4',
        alerts: [
          { status: 'firing', labels: { alertname: 'Good' } },
          { status: 'pending', labels: { alertname: 'Bad' } },
          { labels: { alertname: 'Bad' } },
        ],
      }),
      answer: {
        status: 400,
        body: {
          message: 'alert 1: status: must be one of firing, resolved; alert 2: status: is required',
        },
      },
    },
  ],
  fuzzed: damagedBody([
    fixtureJson('alertmanager-webhook', 'firing.json'),
    fixtureJson('alertmanager-webhook', 'resolved.json'),
  ]).map((body) => jsonPost(URL, body)),
};
