import { uptimeKuma } from '../../../main/ingest/uptime-kuma.ts';
import { damagedBody } from '../damage.ts';
import { fixture, fixtureJson, jsonPost, like, type IngestCase } from '../ingest-case.ts';

const URL = '/ingest/uptime-kuma';
const NAME = 'uptime-kuma';

const BOUNDARY = '--------------------------302516';
const multipart = (data: string): string =>
  [
    `--${BOUNDARY}`,
    'Content-Disposition: form-data; name="data"',
    '',
    data,
    `--${BOUNDARY}--`,
    '',
  ].join('\r\n');

const down = fixture(NAME, 'down.json');
const DOWN = {
  source: NAME,
  host: 'cloud.lan',
  kind: 'monitor_down',
  dedupKey: '7',
  status: 'firing',
  severity: 'critical',
  message: '[Nextcloud] [🔴 Down] connect ECONNREFUSED 192.168.1.20:443',
  labels: { site: 'home', monitor: 'Web / Nextcloud', type: 'http' },
  url: 'https://cloud.lan/status.php',
  occurredAt: Date.UTC(2026, 0, 15, 12, 0, 0, 123),
} as const;

/** Kuma's statuses that are no news. */
const quiet = (status: number): string => down.replace('"status": 0', `"status": ${status}`);

export const uptimeKumaCase: IngestCase = {
  adapter: uptimeKuma,
  recorded: [
    {
      name: 'a monitor that is down',
      request: jsonPost(URL, down),
      events: [DOWN],
      answer: { status: 200, body: { ok: true } },
    },
    {
      name: 'the same monitor up again',
      request: jsonPost(URL, fixture(NAME, 'up.json')),
      events: [{ dedupKey: '7', status: 'resolved', kind: 'monitor_down', host: 'cloud.lan' }],
    },
    {
      name: 'a form whose field data is the JSON',
      request: {
        url: URL,
        headers: { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` },
        body: multipart(down),
      },
      events: [DOWN],
    },
    {
      name: 'the same urlencoded',
      request: {
        url: URL,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({ data: down }).toString(),
      },
      events: [DOWN],
    },
    { name: 'pending, which is no news', request: jsonPost(URL, quiet(2)), events: [] },
    { name: 'maintenance, which is none', request: jsonPost(URL, quiet(3)), events: [] },
    {
      name: 'a certificate that runs out',
      request: jsonPost(URL, fixture(NAME, 'certificate.json')),
      events: [],
      messages: [{ severity: 'warning', text: like(/will be expired in 7 days/) }],
    },
    {
      name: 'its test button',
      request: jsonPost(URL, fixture(NAME, 'test.json')),
      events: [],
      messages: [{ severity: 'info', text: 'Belfry Testing' }],
    },
  ],
  broken: [
    {
      name: 'no JSON',
      request: jsonPost(URL, '{'),
      answer: { status: 400, body: { ok: false, msg: like(/not JSON/) } },
    },
    {
      name: 'a form without data',
      request: {
        url: URL,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: 'a=b',
      },
      answer: { status: 400, body: { ok: false, msg: like(/no field "data"/) } },
    },
    {
      name: 'a body that is not its own',
      request: jsonPost(URL, { text: 'hello' }),
      answer: { status: 400, body: { ok: false, msg: like(/^msg: /) } },
    },
  ],
  fuzzed: damagedBody([fixtureJson(NAME, 'down.json'), fixtureJson(NAME, 'certificate.json')]).map(
    (body) => jsonPost(URL, body),
  ),
};
