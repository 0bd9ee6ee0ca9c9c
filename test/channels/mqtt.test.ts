import { once } from 'node:events';
import { createServer as createTlsServer } from 'node:tls';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ShownConditions } from '../../main/channels/channel-adapter.ts';
import { createMqtt } from '../../main/channels/mqtt.ts';
import { mqttConfig } from '../../main/contract/channel-kind.ts';
import { selfSignedCertificate } from '../support/self-signed-certificate.ts';
import { until } from '../support/until.ts';
import { MqttFake } from './mqtt-fake.ts';
import { sampleOf, sendSample, type SendOptions } from './send-sample.ts';

let fake: MqttFake;
let mqtt: ReturnType<typeof createMqtt>;
beforeEach(async () => {
  fake = await MqttFake.start();
  mqtt = createMqtt();
});
afterEach(async () => {
  await mqtt.close?.();
  await fake[Symbol.asyncDispose]();
});

const config = (over: Record<string, unknown> = {}) =>
  mqttConfig.parse({ url: fake.url, protocol: '3.1.1', ...over });
const send = (name: string, over: Record<string, unknown> = {}, options: SendOptions = {}) =>
  sendSample(mqtt, config(over), sampleOf(name), options);
const count = (beginning: string): number =>
  fake.received.filter((text) => text.startsWith(beginning)).length;
/** The payloads of a topic's messages; `*` stands for one level. */
const payloads = (topic: string): string[] => {
  const wanted = new RegExp(`^PUBLISH ${topic.replace('*', '[^/]+')} .*\n(.*)$`);
  return fake.received.flatMap((text) => wanted.exec(text)?.[1] ?? []);
};

/** A channel that was notified of nothing. */
const NOTHING_SHOWN: ShownConditions = {
  standing: () => [],
  closed: () => null,
  failed: (error) => expect.unreachable(String(error)),
};

describe('the link', () => {
  test('is kept between messages', async () => {
    await send('raised');
    await send('resolved');
    expect(count('CONNECT')).toBe(1);
  });

  test('that has broken unnoticed is replaced within the same attempt', async () => {
    await send('raised');
    fake.hangUp();
    expect(await send('resolved')).toMatchObject({ kind: 'sent' });
    expect(payloads('belfry/conditions/*/state')).toEqual(['ON', 'OFF']);
  });

  test('says at once that Belfry is there, and the broker that it is not any more', async () => {
    await mqtt.attach?.(config(), 'channel', NOTHING_SHOWN);
    await until(() => payloads('belfry/status').length === 1, 'it is online');
    expect(payloads('belfry/status')).toEqual(['online']);
    await mqtt.detach?.('channel');
    await until(() => payloads('belfry/status').length === 2, 'it is offline');
    expect(payloads('belfry/status')).toEqual(['online', 'offline']);
    expect(fake.clients.size).toBe(0);
  });

  test('is another one after the channel was edited', async () => {
    await send('raised');
    await send('raised', { topic: 'lab' });
    expect(count('CONNECT')).toBe(2);
    await until(() => fake.clients.size === 1, 'the old one is gone');
    expect(payloads('lab/conditions/*/state')).toEqual(['ON']);
  });

  test('is each channel’s own', async () => {
    await send('raised', {}, { channelId: 'one' });
    await send('raised', { topic: 'lab' }, { channelId: 'two' });
    expect(fake.clients.size).toBe(2);
    const ids = fake.received.flatMap((text) => /^CONNECT (\S+)/.exec(text)?.[1] ?? []);
    expect(new Set(ids).size).toBe(2);
    for (const id of ids) expect(id).toMatch(/^[a-z0-9-]{1,23}$/);
  });

  test('sends nothing later of what was given up', async () => {
    await send('test');
    fake.silent = true;
    const controller = new AbortController();
    const sending = send('raised', {}, { signal: controller.signal });
    await until(() => count('PUBLISH homeassistant') === 1, 'the broker has the first message');
    controller.abort();
    expect(await sending).toMatchObject({ kind: 'transient', class: 'connection' });
    fake.silent = false;
    expect(await send('resolved')).toMatchObject({ kind: 'sent' });
    expect(payloads('belfry/conditions/*/state')).toEqual(['OFF']);
    expect(count('PUBLISH homeassistant')).toBe(2);
  });
});

describe('a broker', () => {
  test('that knows no MQTT 5 is a matter of configuration, which names the field', async () => {
    expect(await send('raised', { protocol: '5' })).toMatchObject({
      kind: 'permanent',
      class: 'configuration',
      reason: { code: 'failure.mqtt_version', params: { fields: ['mqtt.protocol'] } },
      receiverText: 'Connection refused: Unacceptable protocol version',
    });
  });

  test('may have its own certificate, if that is trusted', async () => {
    const { key, cert } = selfSignedCertificate('another-name');
    const server = createTlsServer({ key, cert }, fake.accept);
    server.on('tlsClientError', () => undefined).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `mqtts://localhost:${(server.address() as AddressInfo).port}`;
    expect(await send('raised', { url })).toMatchObject({
      kind: 'permanent',
      class: 'certificate',
    });
    expect(await send('raised', { url, certificate: cert })).toMatchObject({ kind: 'sent' });
    await mqtt.close?.();
    server.close();
    await once(server, 'close');
  });

  test.each([
    '169.254.169.254',
    '[fe80::1]',
    '[fd00:ec2::254]',
    '2852039166',
    '100.100.100.200',
    '0xc00000c0',
    '[fd20:ce::254]',
    '[64:ff9b::a9fe:a9fe]',
    '[2002:a9fe:a9fe::1]',
  ])('is never at %s', async (host) => {
    for (const scheme of ['mqtt', 'mqtts']) {
      expect(await send('raised', { url: `${scheme}://${host}` })).toMatchObject({
        kind: 'permanent',
        class: 'configuration',
      });
    }
  });
});

describe('what is published', () => {
  test('never shows as on what is over by now', async () => {
    await send('late');
    expect(payloads('belfry/conditions/*/state')).toEqual(['OFF']);
  });

  test('has a sensor for each member of a group', async () => {
    await send('group');
    expect(payloads('belfry/conditions/*/state')).toEqual(['ON', 'OFF', 'OFF']);
    expect(payloads('belfry/events')).toHaveLength(3);
  });

  test('is an event alone for a test and for a message that is no condition', async () => {
    await send('test');
    const { alert, ...delivery } = sampleOf('raised');
    await sendSample(mqtt, config(), { ...delivery, alert: { ...alert, kind: 'message' } });
    expect(payloads('belfry/events')).toHaveLength(2);
    expect(count('PUBLISH')).toBe(3);
  });

  test('is no discovery when sensors are not wanted', async () => {
    await send('raised', { homeAssistant: false });
    expect(count('PUBLISH homeassistant')).toBe(0);
    expect(payloads('belfry/conditions/*/state')).toEqual(['ON']);
  });
});

test.each([
  ['url', 'http://broker.lan'],
  ['url', 'mqtt://ann:pw@broker.lan'],
  ['url', 'mqtt://broker.lan/path'],
  ['topic', 'a/#'],
  ['topic', '$SYS/belfry'],
  ['topic', '/a'],
  ['topic', 'a//b'],
  ['discoveryPrefix', 'home+'],
  ['protocol', '3.1'],
])('the configuration’s %s cannot be %j', (name, value) => {
  const parsed = mqttConfig.safeParse({ url: 'mqtt://broker.lan', [name]: value });
  expect(parsed.error?.issues[0]?.path).toEqual([name]);
});
