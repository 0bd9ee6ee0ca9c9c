import { createMapped, mappedReader } from '../../../main/ingest/mapped-adapter.ts';
import { damagedBody } from '../damage.ts';
import { fixture, fixtureJson, jsonPost, like, type IngestCase } from '../ingest-case.ts';
import { MAPPED_SLUG } from '../ingest-lab.ts';

const URL = `/ingest/mapped/${MAPPED_SLUG}`;
const NAME = 'mapped';

const body = fixture(NAME, 'devices.json');
const EVENT = {
  source: NAME,
  host: 'nas',
  kind: 'disk_failing',
  dedupKey: 'S1',
  status: 'firing',
  severity: 'critical',
  message: 'sector 7; sector 9',
} as const;

export const mappedCase: IngestCase = {
  // Its name and its routes; the lab has one with its own webhook.
  adapter: createMapped(mappedReader({ bySlug: () => null, received: () => undefined })),
  recorded: [
    {
      name: 'a body as the mapping says',
      request: jsonPost(URL, body),
      events: [EVENT],
      answer: { status: 200, body: { accepted: 1 } },
    },
    {
      name: 'by PUT, with the token in the query',
      request: { ...jsonPost(`${URL}?token={token}`, body), verb: 'PUT' },
      events: [EVENT],
    },
    {
      name: 'what is over',
      request: jsonPost(URL, body.replace('false', 'true')),
      events: [{ ...EVENT, status: 'resolved' }],
    },
    { name: 'a body with nothing to tell', request: jsonPost(URL, { devices: [] }), events: [] },
  ],
  broken: [
    {
      name: 'an address that nobody made',
      request: jsonPost('/ingest/mapped/unknown', body),
      answer: { status: 404, body: { error: like(/no mapped webhook "unknown"/) } },
    },
    {
      name: 'a body in which nothing is found',
      request: jsonPost(URL, {}),
      answer: { status: 400, body: { error: 'each: no value found in this body' } },
    },
    {
      name: 'no JSON',
      request: jsonPost(URL, '{'),
      answer: { status: 400, body: { error: like(/not JSON/) } },
    },
    {
      name: 'an item without a host',
      request: jsonPost(URL, { devices: [{ passed: false }] }),
      answer: { status: 400, body: { accepted: 0, problems: [like(/^item 0: host/)] } },
    },
  ],
  fuzzed: damagedBody([fixtureJson(NAME, 'devices.json')]).map((damaged) => jsonPost(URL, damaged)),
};
