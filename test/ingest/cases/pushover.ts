import fc from 'fast-check';
import { pushover } from '../../../main/ingest/pushover-adapter.ts';
import { damagedJson, damagedBody } from '../damage.ts';
import { fixture, jsonPost, like, type BrokenCase, type IngestCase } from '../ingest-case.ts';

const URL = '/1/messages.json';
const FORM = 'application/x-www-form-urlencoded';
/** With the boundary of the recorded body. */
const MULTIPART = 'multipart/form-data; boundary=96bbd8c5e7c70b1037ad0ff97c86e457';
const UUID = like(/^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/);

const form = (body: string, url = URL) => ({ url, headers: { 'content-type': FORM }, body });

const GIVEN = { token: '{token}', user: 'u', message: 'm' };

const given = (fields: Record<string, unknown>) => jsonPost(URL, { ...GIVEN, ...fields });

const refused = (
  name: string,
  fields: Record<string, unknown>,
  ...errors: readonly string[]
): BrokenCase => {
  const named = errors.map((error): [string, string] => {
    const space = error.indexOf(' ');
    return [error.slice(0, space), error.slice(space + 1)];
  });
  const body = { ...Object.fromEntries(named), errors, status: 0, request: UUID };
  return { name, request: given(fields), answer: { status: 400, body } };
};

const INVALID = {
  token: 'invalid',
  errors: ['application token is invalid'],
  status: 0,
  request: UUID,
};

export const pushoverCase: IngestCase = {
  adapter: pushover,
  recorded: [
    {
      name: 'a message of the Apprise client, with the token in the form',
      request: form(fixture('pushover', 'apprise.txt')),
      events: [],
      messages: [
        {
          source: 'pushover',
          topic: 'pushover',
          title: 'Backup',
          text: 'went well',
          severity: 'warning',
          labels: { priority: '1', device: 'phone', sound: 'pushover' },
        },
      ],
      answer: { status: 200, body: { status: 1, request: UUID } },
    },
    {
      name: 'an emergency of the Apprise client',
      request: form(fixture('pushover', 'apprise-emergency.txt')),
      events: [],
      messages: [{ title: 'Smoke', text: 'in the cellar', severity: 'critical' }],
    },
    {
      name: 'a picture of the Apprise client, which is named and not kept',
      request: {
        url: URL,
        headers: { 'content-type': MULTIPART },
        body: fixture('pushover', 'apprise-picture.txt'),
      },
      events: [],
      messages: [{ title: 'Door', text: like(/^Somebody rang\n\n.*p\.png/), severity: 'info' }],
    },
    {
      name: 'JSON with all that it knows',
      request: given({
        message: '<b>Disk</b> is <i>full</i>',
        html: 1,
        monospace: 0,
        priority: -2,
        url: 'https://nas.lan/disks',
        url_title: 'Disks',
        timestamp: 1_764_640_800,
        ttl: 3_600,
        attachment_base64: 'aGk=',
        attachment_type: 'image/png',
      }),
      events: [],
      messages: [
        {
          title: '',
          text: like(/^Disk is full\n\n/),
          severity: 'info',
          url: 'https://nas.lan/disks',
          labels: { priority: '-2' },
          annotations: { url_title: 'Disks', timestamp: '2025-12-02T02:00:00.000Z' },
        },
      ],
    },
    {
      name: 'the token as Bearer, and a text of HTML that shows nothing',
      request: form('user=u&message=%3Cimg%3E&html=1'),
      events: [],
      messages: [{ text: '<img>' }],
    },
    {
      name: 'the token in the query',
      request: form('user=u&message=m&priority=0', `${URL}?token={token}`),
      events: [],
      messages: [{ text: 'm', severity: 'info' }],
    },
    {
      name: 'the question of Home Assistant whether a user is known',
      request: form('token={token}&user=u', '/1/users/validate.json'),
      events: [],
      answer: { status: 200, body: { status: 1, group: 0, devices: [], request: UUID } },
    },
  ],
  broken: [
    refused('no message', { message: ' ' }, 'message cannot be blank'),
    refused(
      'too long a message and title',
      { message: '😀'.repeat(1_025), title: 'x'.repeat(251) },
      'message is too long (maximum is 1024 characters)',
      'title is too long (maximum is 250 characters)',
    ),
    refused(
      'too long an address and its title',
      { url: `https://${'x'.repeat(505)}`, url_title: 'x'.repeat(101) },
      'url is too long (maximum is 512 characters)',
      'url_title is too long (maximum is 100 characters)',
    ),
    refused('a title that is no text', { title: ['y'] }, 'title is invalid'),
    refused(
      'an address and its title that are no text',
      { url: { y: 'y' }, url_title: ['y'] },
      'url is invalid',
      'url_title is invalid',
    ),
    refused('a priority that is a list', { priority: [2] }, 'priority is invalid'),
    refused('a priority beyond all', { priority: 3 }, 'priority is invalid'),
    refused(
      'an emergency without its repeats',
      { priority: 2 },
      'retry must be supplied with priority=2',
      'expire must be supplied with priority=2',
    ),
    refused(
      'an emergency that repeats too often and too long',
      { priority: 2, retry: 29, expire: 10_801 },
      'retry must be at least 30 seconds',
      'expire must be at most 10800 seconds',
    ),
    {
      name: 'a token that nobody has',
      request: given({ token: 'a'.repeat(30), sound: '{token}' }),
      answer: { status: 400, body: INVALID },
    },
    {
      name: 'no token in a body that is no JSON',
      request: { ...jsonPost(URL, '{"token":"{token}"'), headers: {} },
      answer: { status: 400, body: INVALID },
    },
    {
      name: 'broken JSON',
      request: jsonPost(URL, '{'),
      answer: { status: 400, body: { errors: [like(/JSON/)], status: 0 } },
    },
  ],
  fuzzed: fc.oneof(
    damagedJson([GIVEN, { ...GIVEN, priority: 2, retry: 60, expire: 60, html: 1 }]).map((body) =>
      jsonPost(URL, body),
    ),
    damagedBody([{ user: 'u', message: 'm', url: 'https://nas.lan', timestamp: 1 }]).map((body) =>
      jsonPost(URL, body),
    ),
    fc.tuple(fc.string({ unit: 'binary' }), fc.nat(3)).map(([text, at]) => ({
      url: URL,
      headers: { 'content-type': MULTIPART },
      body: ['apprise-picture.txt', 'apprise.txt']
        .map((name) => fixture('pushover', name))
        .join(text)
        .split('\r\n')
        .toSpliced(at, 1, text)
        .join('\r\n'),
    })),
  ),
};
