import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { nkeys } from '@nats-io/transport-node';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { systemClock } from '../../main/base/clock.ts';
import type { LogAddress } from '../../main/cluster/log-messages.ts';
import { NatsLog } from '../../main/cluster/nats-log.ts';
import { tempDir } from '../support/temp-dir.ts';
import { certificateOfAuthority } from '../support/tls-proxy.ts';
import { freePort, Program } from './program.ts';

const PASSWORD = 'a-password-of-nats';
const { key, cert, authority } = certificateOfAuthority();
const user = nkeys.createUser();
const seed = Buffer.from(user.getSeed()).toString();
const USERS = `authorization { users: [
  { user: belfry, password: "${PASSWORD}" }
  { nkey: ${user.getPublicKey()} }
] }`;

interface Server {
  readonly port: number;
  readonly program: Program;
}

let dir: ReturnType<typeof tempDir>;
const servers: Server[] = [];
let secured: Server;
let open: Server;

/** Starts one server with JetStream and more of a configuration. */
async function startServer(name: string, more: string): Promise<Server> {
  const port = await freePort();
  const path = join(dir.path, `${name}.conf`);
  const store = join(dir.path, name);
  writeFileSync(
    path,
    `listen: "127.0.0.1:${port}"\njetstream { store_dir: "${store}" }\n${more}\n`,
  );
  const server = { port, program: new Program('nats-server', ['-c', path]) };
  servers.push(server);
  await vi.waitFor(
    async () => {
      const socket = connect(port, '127.0.0.1');
      await once(socket, 'connect');
      socket.destroy();
    },
    { timeout: 30_000, interval: 50 },
  );
  return server;
}

beforeAll(async () => {
  dir = tempDir();
  for (const [name, text] of Object.entries({ key, cert })) {
    writeFileSync(join(dir.path, `${name}.pem`), text, { mode: 0o600 });
  }
  const at = (name: string): string => join(dir.path, `${name}.pem`);
  const tls = `tls { cert_file: "${at('cert')}", key_file: "${at('key')}" }`;
  secured = await startServer('secured', `${tls}\n${USERS}`);
  open = await startServer('open', USERS);
});
afterAll(async () => {
  for (const { program } of servers) await program.stop();
  dir[Symbol.dispose]();
});

const reach = (address: Partial<LogAddress> & Pick<LogAddress, 'servers'>): Promise<NatsLog> =>
  NatsLog.connect(
    {
      cluster: 'home',
      credentials: `belfry:${PASSWORD}\n`,
      authorities: authority,
      keys: { snapshots: [randomBytes(32)], records: [randomBytes(32)] },
      ...address,
    },
    systemClock,
    false,
  );

test.each([
  ['a user and a password', `belfry:${PASSWORD}\n`],
  ['the seed of a key', `${seed}\n`],
  [
    'a credentials file',
    `-----BEGIN NATS USER JWT-----\na.b.c\n------END NATS USER JWT------\n\n-----BEGIN USER NKEY SEED-----\n${seed}\n------END USER NKEY SEED------\n`,
  ],
])('the log is reached over TLS with %s', async (_name, credentials) => {
  await using log = await reach({ servers: [`tls://localhost:${secured.port}`], credentials });
  expect(await log.range()).toEqual({ first: expect.any(Number) as number, last: 0 });
});

test.each([
  ['another password', 'belfry:another'],
  ['the seed of a stranger', Buffer.from(nkeys.createUser().getSeed()).toString()],
  ['no credentials', null],
])('a server does not let in %s', async (_name, credentials) => {
  const refused = reach({ servers: [`tls://localhost:${secured.port}`], credentials });
  await expect(refused).rejects.toThrow(/authorization/i);
});

test('a server whose certificate nobody vouches for is not trusted', async () => {
  const servers = [`tls://localhost:${secured.port}`];
  await expect(reach({ servers, authorities: null })).rejects.toThrow(/certificate/);
});

test.each([
  ['by its address', { servers: (port: number) => [`tls://localhost:${port}`], authorities: null }],
  [
    'by its authority',
    { servers: (port: number) => [`nats://localhost:${port}`], authorities: authority },
  ],
])(
  'a server without TLS is refused where TLS is asked for %s',
  async (_name, { servers, authorities }) => {
    await expect(reach({ servers: servers(open.port), authorities })).rejects.toThrow(/tls/i);
  },
);
