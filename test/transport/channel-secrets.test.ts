/** @module-tag slow */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CHANNEL_KINDS, channelKind, type ChannelKind } from '../../main/contract/channel-kind.ts';
import { fieldsOf } from '../../main/contract/field.ts';
import { createApp, type App } from '../../main/app.ts';
import { appOptions } from '../support/app-options.ts';
import { tempDir } from '../support/temp-dir.ts';
import type { ChannelCase } from '../channels/channel-case.ts';
import { send } from './http/fixture.ts';

const ADMIN = 'admin-token-of-the-test';

const PLANTED = {
  user: 'pl4nted-us3r',
  password: 'pl4nted~p4ss',
  path: 'pl4nted-p4th',
  name: 'pl4nted-n4me',
  value: 'pl4nted va/lue',
  fragment: 'pl4nted-fr4gment',
};

/** The places of an address in which a credential may stand. */
const PLANTINGS: readonly ((url: URL) => void)[] = [
  (url) => Object.assign(url, { username: PLANTED.user, password: PLANTED.password }),
  (url) => (url.username = PLANTED.user),
  (url) => (url.pathname = `${url.pathname.replace(/\/$/, '')}/${PLANTED.path}`),
  (url) => (url.search = `?orgId=1&sig=${encodeURIComponent(PLANTED.value)}`),
  (url) => (url.search = `?${PLANTED.name}`),
  (url) => (url.hash = PLANTED.fragment),
];

async function caseOf(kind: ChannelKind): Promise<ChannelCase> {
  const found = (await import(`../channels/cases/${kind}.ts`)) as Record<string, ChannelCase>;
  const [first] = Object.values(found);
  if (!first) throw new Error(`${kind} has no case`);
  return first;
}

type Config = Readonly<Record<string, unknown>>;

/** The configuration with each planting in each of its addresses, as far as the kind takes it. */
function planted(kind: ChannelKind, config: Config): Config[] {
  const { config: schema } = CHANNEL_KINDS[kind];
  const addresses = fieldsOf(schema).filter(({ control }) => control.type === 'url');
  const all = addresses.flatMap(({ name }) =>
    PLANTINGS.map((plant) => {
      const url = new URL(String(config[name]));
      plant(url);
      return { ...config, [name]: url.href };
    }),
  );
  return [config, ...all.filter((each) => schema.safeParse(each).success)];
}

let dir: ReturnType<typeof tempDir>;
let app: App;
let log: string[];
beforeEach(async () => {
  dir = tempDir();
  log = [];
  app = createApp(
    appOptions(dir.path, {
      http: { rendererDir: dir.path, adminToken: ADMIN },
      logger: { log: (...line) => void log.push(JSON.stringify(line)) },
    }),
  );
  await app.start();
});
afterEach(async () => {
  await app.stop();
  dir[Symbol.dispose]();
});

const http = (verb: string, path: string, token: string, body?: unknown) =>
  send(app.url ?? '', path, {
    method: verb,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });

/** Waits until it was tried once. */
async function attempted(id: string): Promise<void> {
  for (;;) {
    const { json } = await http('GET', `/api/v1/notifications/${id}`, ADMIN);
    if ((json as { attempts: unknown[] }).attempts.length > 0) return;
  }
}

interface Channel {
  readonly id: string;
  readonly configured: readonly string[];
  readonly target: string;
}

/** Everything that leaves about a channel but what is sent through it. */
async function leaving(read: string, id: string): Promise<string> {
  const { json } = await http('GET', `/api/v1/notifications?channelId=${id}`, read);
  const { data } = json as { data: { id: string }[] };
  const reads = ['/api/v1/channels', `/api/v1/channels/${id}`, '/api/v1/notifications'];
  reads.push(...data.map((row) => `/api/v1/notifications/${row.id}`), '/api/v1/status');
  reads.push('/metrics', '/api/v1/metrics', '/api/v1/audit', '/api/v1/openapi.json');
  reads.push('/api/v1/dead-letters/groups', '/api/notifications/dlq');
  const answers = await Promise.all(reads.map((path) => http('GET', path, read)));
  const exported = await http('POST', '/api/v1/config/export', ADMIN, {});
  expect(exported.status).toBe(200);
  return [...answers.map(({ text }) => text), exported.text, ...log].join('\n');
}

/** It cannot be sent to a server of the test's own. */
const UNSENT: ReadonlySet<ChannelKind> = new Set(['pushover', 'desktop']);

test.each(channelKind.options)(
  'nothing that leaves shows what stands in the addresses of %s',
  async (kind) => {
    await using service = await (await caseOf(kind)).start();
    service.play('echo');
    const token = await http('POST', '/api/v1/tokens', ADMIN, { name: 'r', scope: 'read' });
    const read = (token.json as { token: string }).token;
    const secrets = [...service.secrets, ...Object.values(PLANTED), 'pl4nted'];
    for (const [index, config] of planted(kind, service.config).entries()) {
      const created = await http('POST', '/api/v1/channels', ADMIN, {
        kind,
        name: `${kind} ${index}`,
        config,
      });
      expect(created.status, created.text).toBe(201);
      const channel = created.json as Channel;
      expect(channel.configured).toEqual(expect.arrayContaining(Object.keys(config)));
      if (!UNSENT.has(kind)) {
        const { json } = await http('POST', `/api/v1/channels/${channel.id}/test`, ADMIN);
        await attempted((json as { notificationId: string }).notificationId);
      }
      const all = `${created.text}\n${await leaving(read, channel.id)}`;
      expect(
        secrets.filter((secret) => all.toLowerCase().includes(secret.toLowerCase())),
        JSON.stringify(config),
      ).toEqual([]);
    }
  },
  60_000,
);
