import { uptimeKuma } from '../../../main/ingest/uptime-kuma-adapter.ts';
import { damagedBody } from '../damage.ts';
import { fixture, fixtureJson, jsonPost, like, type IngestCase } from '../ingest-case.ts';

const URL = '/ingest/uptime-kuma';
const NAME = 'uptime-kuma';

const down = fixture(NAME, 'down.json');
const form = fixture(NAME, 'form.txt');
/** A form begins with its boundary. */
const BOUNDARY = form.slice(2, form.indexOf('\r\n'));

const MONITOR = { source: NAME, kind: 'monitor_down' } as const;
const DOWN = {
  ...MONITOR,
  host: '127.0.0.1',
  dedupKey: '2',
  status: 'firing',
  severity: 'critical',
  message: '[Nextcloud] [🔴 Down] Request failed with status code 503',
  labels: { site: 'home', prod: 'true', monitor: 'Lab / Nextcloud', type: 'http' },
  url: 'http://127.0.0.1:13003/status.php',
  occurredAt: Date.UTC(2026, 10, 25, 19, 10, 4, 353),
} as const;
const PUSH = { ...MONITOR, host: 'Nightly dump', dedupKey: '4' } as const;

/** Kuma's statuses that report nothing. */
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
      events: [
        {
          ...MONITOR,
          host: DOWN.host,
          dedupKey: DOWN.dedupKey,
          status: 'resolved',
          occurredAt: Date.UTC(2026, 10, 25, 19, 11, 4, 357),
        },
      ],
    },
    {
      name: 'a push monitor that is down, which has no address',
      request: jsonPost(URL, fixture(NAME, 'down-push.json')),
      events: [{ ...PUSH, status: 'firing', message: like(/dump failed$/) as string, url: null }],
    },
    {
      name: 'the push monitor up again',
      request: jsonPost(URL, fixture(NAME, 'up-push.json')),
      events: [{ ...PUSH, status: 'resolved' }],
    },
    {
      name: 'a group of which a part is down',
      request: jsonPost(URL, fixture(NAME, 'down-group.json')),
      events: [
        { ...MONITOR, host: 'Lab', dedupKey: '1', labels: { monitor: 'Lab', type: 'group' } },
      ],
    },
    {
      name: 'a tag that a monitor has twice',
      request: jsonPost(URL, down.replace('"prod"', '"site"')),
      events: [
        { ...DOWN, labels: { site: 'home, true', monitor: 'Lab / Nextcloud', type: 'http' } },
      ],
    },
    {
      name: 'a form',
      request: {
        url: URL,
        headers: { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` },
        body: form,
      },
      events: [DOWN],
    },
    {
      name: 'a query',
      request: { verb: 'GET', url: fixture(NAME, 'get.txt').trim() },
      events: [DOWN],
    },
    {
      name: 'its test button by GET',
      request: { verb: 'GET', url: `${URL}?msg=get+Testing` },
      events: [],
      messages: [{ severity: 'info', text: 'get Testing' }],
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
    { name: 'pending, which reports nothing', request: jsonPost(URL, quiet(2)), events: [] },
    { name: 'maintenance, which is none', request: jsonPost(URL, quiet(3)), events: [] },
    {
      name: 'a certificate that runs out',
      request: jsonPost(URL, fixture(NAME, 'certificate.json')),
      events: [],
      messages: [{ severity: 'warning', text: like(/will expire in 5 days$/) }],
    },
    {
      name: 'its test button',
      request: jsonPost(URL, fixture(NAME, 'test.json')),
      events: [],
      messages: [{ severity: 'info', text: 'json Testing' }],
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
      answer: { status: 400, body: { ok: false, msg: like(/^data: is required/) } },
    },
    {
      name: 'a query whose part is no JSON',
      request: { verb: 'GET', url: `${URL}?msg=m&heartbeat={&monitor={}` },
      answer: { status: 400, body: { ok: false, msg: like(/^heartbeat: is not JSON/) } },
    },
    {
      name: 'a query without anything',
      request: { verb: 'GET', url: URL },
      answer: { status: 400, body: { ok: false, msg: 'msg: is required' } },
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
