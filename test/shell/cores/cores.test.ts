import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../main/base/clock.ts';
import { KeyRing } from '../../../main/base/key-ring.ts';
import { idsFrom } from '../../../main/base/ids.ts';
import { LOCAL_CORE } from '../../../main/contract/desktop-core.ts';
import type { PushMessage } from '../../../main/contract/push.ts';
import { ok } from '../../../main/contract/result.ts';
import { CoreListFile } from '../../../main/shell/cores/core-list-file.ts';
import { Cores } from '../../../main/shell/cores/cores.ts';
import { desktopCalls } from '../../../main/shell/cores/desktop-calls.ts';
import { Vault } from '../../../main/store/files/vault.ts';
import { selfSignedCertificate } from '../../support/self-signed-certificate.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { TlsProxy } from '../../support/tls-proxy.ts';
import { until } from '../../support/until.ts';
import { ADMIN_TOKEN, AppLab } from '../../transport/app-lab.ts';

let lab: AppLab;
let dir: ReturnType<typeof tempDir>;
const opened: Cores[] = [];
const lifeOfLocal: string[] = [];
const log: string[] = [];
beforeEach(async () => {
  lab = await AppLab.start();
  dir = tempDir();
  lifeOfLocal.length = 0;
  log.length = 0;
});
afterEach(async () => {
  for (const cores of opened.splice(0)) await cores.stop();
  dir[Symbol.dispose]();
  await lab[Symbol.asyncDispose]();
});

/** The list of cores in the directory, on a local core that only answers. */
function open(key = 1, keys = new KeyRing([Buffer.alloc(32, key)])) {
  const logger = { log: (...line: unknown[]) => log.push(JSON.stringify(line)) };
  const cores = new Cores({
    local: {
      call: () => Promise.resolve(ok('local') as never),
      callUnchecked: () => Promise.resolve(ok('local')),
      subscribe: () => () => undefined,
      start: async () => void lifeOfLocal.push('start'),
      stop: async () => void lifeOfLocal.push('stop'),
    },
    file: new CoreListFile(dir.path, logger),
    box: new Vault(keys),
    hasEarlierKeys: () => keys.earlier.length > 0,
    clock: systemClock,
    random: () => 0,
    newId: idsFrom(systemClock),
    attach: () => ({ stop: async () => undefined, forget: async () => undefined }),
    logger,
  });
  opened.push(cores);
  cores.start();
  const call = desktopCalls(cores);
  return { cores, call };
}

const file = (): string => readFileSync(join(dir.path, 'cores.json'), 'utf8');
const nas = () => ({ name: 'NAS', url: lab.app.url ?? '', token: ADMIN_TOKEN });
const idOf = (cores: Cores): string => cores.list()[1]?.id ?? '';

describe('the list of cores', () => {
  it('begins with the local core', async () => {
    const { call } = open();
    expect(await call('cores.list', {})).toMatchObject({
      ok: true,
      value: { items: [{ id: LOCAL_CORE, name: null, state: 'connecting' }], reason: null },
    });
  });

  it('keeps a core over a restart, with its token sealed and nowhere else', async () => {
    const { cores, call } = open();
    const added = await call('cores.add', nas());
    expect(added).toMatchObject({ ok: true, value: { name: 'NAS' } });
    await until(() => cores.list()[1]?.alerts !== null, 'its status');
    expect(cores.list()[1]).toMatchObject({ state: 'connected', alerts: { open: 0, worst: null } });
    const again = open();
    await until(() => again.cores.list()[1]?.state === 'connected', 'the connection');
    expect(again.cores.list()[1]?.id).toBe(idOf(cores));
    const said = [file(), ...log, JSON.stringify(added), JSON.stringify(cores.list())];
    for (const text of said) expect(text).not.toContain(ADMIN_TOKEN);
  });

  it('routes calls and pushes to the core that they name', async () => {
    const { cores, call } = open();
    await call('cores.add', nas());
    const id = idOf(cores);
    await until(() => cores.list()[1]?.state === 'connected', 'the connection');
    const heard: PushMessage[] = [];
    cores.subscribe((message) => heard.push(message), id);
    const alertId = await lab.alert();
    await until(() => JSON.stringify(heard).includes(alertId), 'the push');
    expect(await cores.callUnchecked('alerts.get', { id: alertId }, id)).toMatchObject({
      value: { id: alertId },
    });
    expect(await cores.callUnchecked('alerts.get', { id: alertId }, LOCAL_CORE)).toEqual(
      ok('local'),
    );
    expect(await cores.callUnchecked('alerts.get', { id: alertId }, 'x')).toMatchObject({
      error: { reason: { code: 'core.unknown' } },
    });
    const gone: PushMessage[] = [];
    cores.subscribe((message) => gone.push(message), 'x');
    expect(gone).toEqual([{ type: 'lost' }]);
  });

  it('sends a saved token to no other address', async () => {
    const { cores, call } = open();
    await call('cores.add', nas());
    const id = idOf(cores);
    const elsewhere = { id, name: 'NAS', url: 'http://127.0.0.1:1' };
    for (const method of ['cores.update', 'cores.try'] as const) {
      const { name, ...reached } = elsewhere;
      const input = method === 'cores.try' ? reached : { ...reached, name };
      expect(await call(method, input)).toMatchObject({
        error: { code: 'invalid_input', details: [{ field: 'token' }] },
      });
    }
    const renamed = { id, name: 'Basement', url: nas().url };
    expect(await call('cores.update', renamed)).toMatchObject({ value: { name: 'Basement' } });
    await until(() => cores.list()[1]?.state === 'connected', 'the connection');
  });

  it('takes a name once, and nothing that is not described', async () => {
    const { call } = open();
    await call('cores.add', nas());
    expect(await call('cores.add', { ...nas(), name: 'nas' })).toMatchObject({
      error: { code: 'name_taken' },
    });
    for (const input of [null, {}, { ...nas(), url: 'file:///etc' }, { ...nas(), more: 1 }]) {
      expect(await call('cores.add', input)).toMatchObject({ error: { code: 'invalid_input' } });
    }
    const certificate = { ...nas(), name: 'x', certificate: 'no certificate' };
    expect(await call('cores.add', certificate)).toMatchObject({
      error: { reason: { code: 'core.certificate_unreadable' } },
    });
  });

  it('says so where a token was sealed with another key, and loses nothing', async () => {
    const { call } = open();
    await call('cores.add', nas());
    const before = file();
    const { cores } = open(2);
    expect(cores.list()[1]).toMatchObject({
      state: 'refused',
      reason: { code: 'core.token_sealed' },
    });
    expect(file()).toBe(before);
  });

  it('seals tokens with the new key before the earlier one is forgotten', async () => {
    const keys = new KeyRing([Buffer.alloc(32, 1)]);
    const { cores, call } = open(1, keys);
    await call('cores.add', nas());
    keys.replace([Buffer.alloc(32, 2), Buffer.alloc(32, 1)]);
    await cores.reseal();
    const again = open(2);
    await until(() => again.cores.list()[1]?.state === 'connected', 'the connection');
  });

  it.each(['', '{"version":2,"cores":[]}', 'null'])(
    'puts a damaged file aside and says so: %j',
    async (text) => {
      writeFileSync(join(dir.path, 'cores.json'), text);
      const { cores, call } = open();
      expect(cores.reason).toMatchObject({ code: 'core.list_damaged' });
      await call('cores.add', nas());
      const kept = readdirSync(dir.path).find((name) => name.includes('damaged')) ?? '';
      expect(readFileSync(join(dir.path, kept), 'utf8')).toBe(text);
      expect(cores.isLocalOn).toBe(true);
    },
  );

  it('forgets a removed core', async () => {
    const { cores, call } = open();
    await call('cores.add', nas());
    const id = idOf(cores);
    expect(await call('cores.remove', { id })).toMatchObject({ ok: true });
    expect(cores.list()).toHaveLength(1);
    expect(await call('cores.remove', { id })).toMatchObject({ error: { code: 'not_found' } });
    expect(open().cores.list()).toHaveLength(1);
  });
});

describe('a connection', () => {
  it('is tested without being saved', async () => {
    const { cores, call } = open();
    const { url, token } = nas();
    expect(await call('cores.try', { url, token })).toMatchObject({
      value: { state: 'connected', certificate: null },
    });
    expect(await call('cores.try', { url, token: 'bf_wrong' })).toMatchObject({
      value: { state: 'refused', reason: { code: 'core.token_refused' } },
    });
    expect(await call('cores.try', { url: 'http://127.0.0.1:1', token })).toMatchObject({
      value: { state: 'unreachable' },
    });
    expect(cores.list()).toHaveLength(1);
  });

  it('is pinned to a certificate once its fingerprint was confirmed, and to no other', async () => {
    const pair = selfSignedCertificate();
    await using proxy = await TlsProxy.start(lab.app.url ?? '', pair);
    const { cores, call } = open();
    const input = { ...nas(), url: proxy.url };
    const { name: _, ...reached } = input;
    const tried = await call('cores.try', reached);
    expect(tried).toMatchObject({
      value: { state: 'untrusted', certificate: { subject: 'CN=localhost' } },
    });
    const { certificate } = (tried as { value: { certificate: { fingerprint: string } } }).value;
    const other = certificate.fingerprint.replace(/^../, (pair) => (pair === 'AA' ? 'BB' : 'AA'));
    expect(await call('cores.add', { ...input, fingerprint: other })).toMatchObject({
      error: { reason: { code: 'core.certificate_other' } },
    });
    await call('cores.add', { ...input, fingerprint: certificate.fingerprint });
    await until(() => cores.list()[1]?.state === 'connected', 'the connection');
    expect(cores.list()[1]?.certificate).toEqual(certificate);
  });
});

describe('the local core', () => {
  it('is switched off only where another is left, stays off, and comes back', async () => {
    const { cores, call } = open();
    expect(await call('cores.setLocal', { on: false })).toMatchObject({
      error: { reason: { code: 'core.last' } },
    });
    await call('cores.add', nas());
    expect(await call('cores.setLocal', { on: false })).toMatchObject({ ok: true });
    expect(lifeOfLocal).toEqual(['stop']);
    expect(cores.list()[0]).toMatchObject({ id: LOCAL_CORE, state: 'off' });
    expect(await cores.callUnchecked('system.status', {}, LOCAL_CORE)).toMatchObject({
      error: { reason: { code: 'core.off' } },
    });
    expect(await call('cores.remove', { id: idOf(cores) })).toMatchObject({
      error: { reason: { code: 'core.last' } },
    });
    const again = open();
    expect(again.cores.isLocalOn).toBe(false);
    await again.call('cores.setLocal', { on: true });
    expect(lifeOfLocal).toEqual(['stop', 'start']);
    expect(again.cores.isLocalOn).toBe(true);
  });
});
