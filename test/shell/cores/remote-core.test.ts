import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../main/base/clock.ts';
import type { PushMessage } from '../../../main/contract/push.ts';
import { factsOf, probeCertificate } from '../../../main/shell/cores/certificate-probe.ts';
import type { CoreTarget } from '../../../main/shell/cores/core-request.ts';
import { receivedMessage } from '../../../main/shell/cores/received-message.ts';
import { RemoteCore, type CoreConnection } from '../../../main/shell/cores/remote-core.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { selfSignedCertificate } from '../../support/self-signed-certificate.ts';
import { certificateOfAuthority, TlsProxy } from '../../support/tls-proxy.ts';
import { until } from '../../support/until.ts';
import { ADMIN_TOKEN, AppLab } from '../../transport/app-lab.ts';

let lab: AppLab;
let clock: FakeClock;
const started: RemoteCore[] = [];
beforeEach(async () => {
  lab = await AppLab.start();
  clock = new FakeClock();
});
afterEach(async () => {
  for (const core of started.splice(0)) core.stop();
  await lab[Symbol.asyncDispose]();
});

function follow(target: Partial<CoreTarget> = {}) {
  const states: string[] = [];
  const messages: PushMessage[] = [];
  const core = new RemoteCore({
    target: { url: lab.app.url ?? '', token: ADMIN_TOKEN, certificate: null, ...target },
    clock,
    random: () => 1,
    logger: { log: () => undefined },
    onState: ({ state, reason }: CoreConnection) =>
      states.push(reason === null ? state : `${state} ${reason.code}`),
  });
  core.start();
  core.subscribe((message) => messages.push(message));
  started.push(core);
  const isState = (state: string) => until(() => states.at(-1) === state, state);
  return { core, states, messages, isState };
}

const alertsIn = (messages: readonly PushMessage[]): string[] =>
  messages.flatMap((message) =>
    message.type === 'batch'
      ? message.changes.flatMap((change) => (change.entity === 'alert' ? [change.id] : []))
      : [],
  );

describe('a core elsewhere', () => {
  it('answers calls and pushes its changes', async () => {
    const { core, messages, states, isState } = follow();
    await isState('connected');
    const id = await lab.alert();
    await until(() => alertsIn(messages).includes(id), 'the push');
    expect(messages[0]).toMatchObject({ type: 'hello' });
    const found = await core.call('alerts.get', { id });
    expect(found).toMatchObject({ ok: true, value: { id, state: 'open' } });
    expect(await core.call('alerts.acknowledge', { id })).toMatchObject({ ok: true });
    expect(states).toEqual(['connecting', 'connected']);
  });

  it('greets a later subscriber at the position of the first', async () => {
    const { core, messages, isState } = follow();
    await isState('connected');
    await lab.alert();
    await until(() => messages.at(-1)?.type === 'batch', 'a batch');
    const later: PushMessage[] = [];
    const leave = core.subscribe((message) => later.push(message));
    const last = messages.at(-1) as Extract<PushMessage, { type: 'batch' }>;
    expect(later).toEqual([{ type: 'hello', epoch: last.epoch, seq: last.seq }]);
    leave();
  });

  it('refuses an input before it is sent, and passes a refusal of the core on', async () => {
    const { core, isState } = follow();
    await isState('connected');
    const bad = await core.callUnchecked('alerts.get', { id: '../settings' });
    expect(bad).toMatchObject({ error: { code: 'invalid_input' } });
    const missing = await core.call('alerts.get', { id: crypto.randomUUID() });
    expect(missing).toMatchObject({ error: { code: 'not_found' } });
  });

  it('is connected again after it was gone, and says lost between', async () => {
    const { core, messages, states, isState } = follow();
    await isState('connected');
    await lab.app.stop();
    await isState('unreachable core.unreachable');
    expect(await core.call('system.status', {})).toMatchObject({ error: { code: 'unavailable' } });
    const late: PushMessage[] = [];
    core.subscribe((message) => late.push(message));
    expect(late).toEqual([{ type: 'lost' }]);
    // The next attempt fails, too, and the one after it waits twice as long.
    clock.advance(1_000);
    await until(() => clock.nextTimerMs() === 2_000, 'the next attempt');
    core.stop();
    expect(states.at(-1)).toBe('off');
    expect(messages.filter(({ type }) => type === 'lost')).toHaveLength(1);
    expect(clock.nextTimerMs()).toBeNull();
  });

  it('waits for a person with a token that is refused or may not read', async () => {
    const { isState } = follow({ token: 'bf_wrong' });
    await isState('refused core.token_refused');
    expect(clock.nextTimerMs()).toBe(600_000);
    const input = { name: 'sender', scope: 'ingest' };
    const { token } = await lab.call<{ token: string }>('tokens.create', input);
    await follow({ token }).isState('refused core.token_scope');
  });

  it('is refused once its token is revoked', async () => {
    const input = { name: 'desktop', scope: 'read' };
    const made = await lab.call<{ id: string; token: string }>('tokens.create', input);
    const { core, isState } = follow({ token: made.token });
    await isState('connected');
    await lab.call('tokens.delete', { id: made.id });
    await isState('unreachable core.unreachable');
    core.wake();
    await isState('refused core.token_refused');
  });

  it('drops a connection over which nothing comes any more', async () => {
    const { core, isState } = follow();
    await isState('connected');
    core.wake();
    await until(() => clock.nextTimerMs() === 75_000, 'the answer to the ping');
    clock.advance(75_000);
    await isState('unreachable core.unreachable');
    clock.advance(1_000);
    await isState('connected');
  });
});

describe('a server that is no Belfry', () => {
  let server: Server;
  const asked: string[] = [];
  beforeEach(async () => {
    asked.length = 0;
    server = createServer((request, response) => {
      asked.push(`${request.url} ${request.headers.authorization}`);
      response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end('<html>');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterEach(async () => {
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  });

  it('is said to be none, and its redirects are not followed', async () => {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { core, isState } = follow({ url, token: 'bf_secret' });
    await isState('unreachable core.not_belfry');
    const answer = await core.call('system.status', {});
    expect(answer).toMatchObject({ error: { reason: { code: 'core.not_belfry' } } });
    expect(asked).toHaveLength(2);
    expect(JSON.stringify(answer)).not.toContain('bf_secret');
  });
});

describe('the certificate of a core', () => {
  it('of an unknown authority is not trusted until that is', async () => {
    const pair = certificateOfAuthority();
    await using proxy = await TlsProxy.start(lab.app.url ?? '', pair);
    const { url } = proxy;
    await follow({ url }).isState('untrusted core.certificate_unknown');
    const { core, isState } = follow({ url, certificate: pair.authority });
    await isState('connected');
    expect(await core.call('system.status', {})).toMatchObject({ ok: true });
    core.stop();
  });

  it('that vouches for itself is shown for a question, trusted alone, and refused once it changed', async () => {
    const first = selfSignedCertificate('other.example');
    const shown = await (async () => {
      await using proxy = await TlsProxy.start(lab.app.url ?? '', first);
      const found = await probeCertificate(proxy.url, systemClock);
      const { core, isState } = follow({ url: proxy.url, certificate: found?.pem ?? null });
      await isState('connected');
      expect(await core.call('system.status', {})).toMatchObject({ ok: true });
      core.stop();
      return found;
    })();
    expect(shown?.facts).toEqual(factsOf(first.cert));
    expect(shown?.facts).toMatchObject({ subject: 'CN=other.example' });
    await using changed = await TlsProxy.start(lab.app.url ?? '', selfSignedCertificate());
    const { core, isState } = follow({ url: changed.url, certificate: shown?.pem ?? null });
    await isState('untrusted core.certificate_changed');
    const answer = await core.call('system.status', {});
    expect(answer).toMatchObject({ error: { reason: { code: 'core.certificate_changed' } } });
  });

  it('that cannot be read is said to be so', async () => {
    const { isState } = follow({ url: 'https://localhost:1', certificate: 'no certificate' });
    await isState('untrusted core.certificate_unreadable');
  });

  it('is not there without TLS', async () => {
    expect(await probeCertificate(lab.app.url ?? '', systemClock)).toBeNull();
    const asTls = (lab.app.url ?? '').replace('http:', 'https:');
    expect(await probeCertificate(asTls, systemClock)).toBeNull();
  });
});

describe('what a core sends', () => {
  it('is taken for a gap where it is not understood', () => {
    const batch = { type: 'batch', epoch: 'e', after: 1, seq: 2 };
    const changes = [{ entity: 'of the future', id: 'x' }];
    expect(receivedMessage(JSON.stringify({ ...batch, changes }))).toEqual({
      type: 'resync',
      epoch: 'e',
      seq: 2,
    });
  });

  it.each(['', 'no json', '{}', '{"type":"open","route":"#/settings"}', '[1]'])(
    'is ignored where no core says it: %s',
    (text) => {
      expect(receivedMessage(text)).toBeNull();
    },
  );
});
