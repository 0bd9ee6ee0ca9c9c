import { expect } from 'vitest';
import { proxmox } from '../../../main/ingest/proxmox-adapter.ts';
import { damagedBody } from '../damage.ts';
import {
  fixture,
  fixtureJson,
  jsonPost,
  like,
  type IngestCase,
  type RecordedCase,
} from '../ingest-case.ts';

const URL = '/ingest/proxmox';
const NAME = 'proxmox';

const JOB = {
  source: NAME,
  host: 'pve1',
  kind: 'backup_failed',
  dedupKey: 'backup-31a2b3c4-5d6e',
} as const;

/** The kinds of job of Proxmox Backup Server, each with the kind and the key of its condition. */
const SERVER_JOBS = [
  ['gc', 'gc_failed', 'tank'],
  ['verify', 'verify_failed', 'v-8a1c2d3e-4f50'],
  ['sync', 'sync_failed', 's-11aa22bb-33cc'],
  ['prune', 'prune_failed', 'default-tank-1b2c'],
] as const;

const serverJobs = SERVER_JOBS.flatMap(([job, kind, dedupKey]): RecordedCase[] => {
  const failed = fixture(NAME, `pbs-${job}-error.json`);
  const condition = { source: NAME, host: 'pbs1', kind, dedupKey };
  return [
    {
      name: `a ${job} of Proxmox Backup Server that failed`,
      request: jsonPost(URL, failed),
      events: [
        {
          ...condition,
          status: 'firing',
          severity: 'critical',
          labels: expect.objectContaining({ datastore: 'tank', type: job }) as Record<
            string,
            string
          >,
        },
      ],
    },
    {
      name: `a ${job} of Proxmox Backup Server that went well the next time`,
      request: jsonPost(URL, failed.replace('"error"', '"info"').replace('failed"', 'successful"')),
      events: [{ ...condition, status: 'resolved' }],
    },
  ];
});

export const proxmoxCase: IngestCase = {
  adapter: proxmox,
  recorded: [
    ...serverJobs,
    {
      name: 'a verification, as the guide of Proxmox Backup Server calls it',
      request: jsonPost(
        URL,
        fixture(NAME, 'pbs-verify-error.json').replace('"verify"', '"verification"'),
      ),
      events: [{ kind: 'verify_failed', dedupKey: 'v-8a1c2d3e-4f50', status: 'firing' }],
    },
    {
      name: 'a tape backup of Proxmox Backup Server',
      request: jsonPost(
        URL,
        fixture(NAME, 'pbs-sync-error.json').replace('"sync"', '"tape-backup"'),
      ),
      events: [{ kind: 'tape_backup_failed', dedupKey: 's-11aa22bb-33cc', status: 'firing' }],
    },
    {
      name: 'a certificate that was not renewed, of which no end is ever reported',
      request: jsonPost(URL, fixture(NAME, 'pbs-gc-error.json').replace('"gc"', '"acme"')),
      events: [],
      messages: [{ topic: 'pbs1', severity: 'critical' }],
    },
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
      name: 'a replication that failed, of which no success is ever reported',
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
      name: 'a node that was fenced, of which no end is ever reported',
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
    fixtureJson(NAME, 'pbs-sync-error.json'),
  ]).map((body) => jsonPost(URL, body)),
};
