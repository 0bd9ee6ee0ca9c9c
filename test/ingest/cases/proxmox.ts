import { proxmox } from '../../../main/ingest/proxmox.ts';
import { damagedBody } from '../damage.ts';
import { fixture, fixtureJson, jsonPost, like, type IngestCase } from '../ingest-case.ts';

const URL = '/ingest/proxmox';
const NAME = 'proxmox';

const JOB = {
  source: NAME,
  host: 'pve1',
  kind: 'backup_failed',
  dedupKey: 'backup-31a2b3c4-5d6e',
} as const;

export const proxmoxCase: IngestCase = {
  adapter: proxmox,
  recorded: [
    {
      name: 'a backup that failed',
      request: jsonPost(URL, fixture(NAME, 'vzdump-error.json')),
      events: [
        {
          ...JOB,
          status: 'firing',
          severity: 'critical',
          message: like(/^vzdump backup status \(pve1\): backup failed\nDetails/) as string,
          labels: { hostname: 'pve1', 'job-id': 'backup-31a2b3c4-5d6e', type: 'vzdump' },
          occurredAt: 1_768_478_400_000,
        },
      ],
    },
    {
      name: 'the same job, which went well the next time',
      request: { ...jsonPost(URL, fixture(NAME, 'vzdump-info.json')), verb: 'PUT' },
      events: [{ ...JOB, status: 'resolved', occurredAt: 1_768_564_800_000 }],
    },
    {
      name: 'a backup that was started by hand',
      request: jsonPost(URL, fixture(NAME, 'vzdump-error.json').replace('"job-id"', '"other"')),
      events: [{ ...JOB, dedupKey: '', status: 'firing' }],
    },
    ...['9007199254740991', '-1', 'null'].map((timestamp) => ({
      name: `a timestamp that is no moment, ${timestamp}`,
      request: jsonPost(URL, fixture(NAME, 'vzdump-error.json').replace('1768478400', timestamp)),
      events: [{ ...JOB, status: 'firing' as const, occurredAt: null }],
    })),
    {
      name: 'a replication that failed, of which no success is ever told',
      request: jsonPost(URL, fixture(NAME, 'replication-error.json')),
      events: [],
      messages: [
        {
          topic: 'pve1',
          title: "Replication Job: '101-0' failed",
          severity: 'critical',
          labels: { type: 'replication', hostname: 'pve1', 'job-id': '101-0' },
        },
      ],
    },
    {
      name: 'a node that was fenced, of which no end is ever told',
      request: jsonPost(
        URL,
        fixture(NAME, 'replication-error.json').replace('"replication"', '"fencing"'),
      ),
      events: [],
      messages: [{ topic: 'pve1', severity: 'critical' }],
    },
    {
      name: 'a message with as many fields as there may be labels',
      request: jsonPost(URL, {
        title: 't',
        message: 'm',
        severity: 'info',
        fields: Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`f${n}`, 'v'])),
      }),
      events: [],
      messages: [{ title: 't', labels: { f0: 'v', f125: 'v' } }],
    },
    {
      name: 'updates, which are no condition',
      request: jsonPost(URL, fixture(NAME, 'package-updates.json')),
      events: [],
      messages: [
        {
          topic: 'pve1',
          title: 'New software packages available (pve1)',
          severity: 'info',
          labels: { type: 'package-updates', hostname: 'pve1' },
        },
      ],
    },
    {
      name: 'a severity that is not known yet is a warning',
      request: jsonPost(
        URL,
        fixture(NAME, 'vzdump-error.json').replace('"error"', '"catastrophe"'),
      ),
      events: [{ ...JOB, status: 'firing', severity: 'warning' }],
    },
  ],
  broken: [
    {
      name: 'a template without escape, which breaks at a line break',
      request: jsonPost(URL, '{"title":"a\nb"}'),
      answer: { status: 400, body: { error: like(/not JSON/) } },
    },
    {
      name: 'a template of another kind',
      request: jsonPost(URL, { text: 'hello' }),
      answer: { status: 400, body: { error: like(/^title: /) } },
    },
  ],
  fuzzed: damagedBody([
    fixtureJson(NAME, 'vzdump-error.json'),
    fixtureJson(NAME, 'package-updates.json'),
  ]).map((body) => jsonPost(URL, body)),
};
