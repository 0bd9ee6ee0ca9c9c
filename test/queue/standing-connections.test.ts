import { afterEach, beforeEach, expect, test } from 'vitest';
import { mqttConfig } from '../../main/contract/channel-kind.ts';
import { MqttFake } from '../channels/mqtt-fake.ts';
import { CoreFixture, firing } from '../support/core-fixture.ts';
import { until } from '../support/until.ts';

let broker: MqttFake;
let fixture: CoreFixture;
beforeEach(async () => {
  broker = await MqttFake.start();
  fixture = await CoreFixture.start();
});
afterEach(async () => {
  await fixture[Symbol.asyncDispose]();
  await broker[Symbol.asyncDispose]();
});

const statuses = (topic = 'belfry'): string[] =>
  broker.received.flatMap(
    (text) => new RegExp(`^PUBLISH ${topic}/status .*\n(.*)$`).exec(text)?.[1] ?? [],
  );
const statusesBecome = (...wanted: string[]): Promise<void> =>
  until(() => statuses().join() === wanted.join(), `the status is ${wanted.join()}`);

const addMqtt = (): Promise<string> =>
  fixture.addChannel('unused', undefined, {
    kind: 'mqtt',
    config: mqttConfig.parse({ url: broker.url, protocol: '3.1.1' }),
  });

test('a channel has its connection as soon as it is created, and no more once it is deleted', async () => {
  const id = await addMqtt();
  await statusesBecome('online');
  await fixture.core.channelDeletion.delete({ id, detach: true }, 'test');
  await statusesBecome('online', 'offline');
  expect(broker.clients.size).toBe(0);
});

test('a disabled channel has none, and has one again once it is enabled', async () => {
  const id = await addMqtt();
  await statusesBecome('online');
  await fixture.core.channels.collection.update({ id, enabled: false }, 'test');
  await statusesBecome('online', 'offline');
  await fixture.core.channels.collection.update({ id, enabled: true }, 'test');
  await statusesBecome('online', 'offline', 'online');
});

test('an edited configuration takes effect at once, another name changes nothing', async () => {
  const id = await addMqtt();
  await statusesBecome('online');
  await fixture.core.channels.collection.update({ id, name: 'broker' }, 'test');
  await fixture.core.channels.collection.update({ id, config: { topic: 'lab' } }, 'test');
  await until(() => statuses('lab').length === 1, 'it is online under its new topic');
  await statusesBecome('online', 'offline');
  expect(broker.received.filter((text) => text.startsWith('CONNECT'))).toHaveLength(2);
});

test('it is there again after a restart, without any message', async () => {
  await addMqtt();
  await statusesBecome('online');
  await fixture.restart();
  await statusesBecome('online', 'offline', 'online');
});

test('what can never connect is logged, and the message that needs it says why', async () => {
  const id = await addMqtt();
  await fixture.storeConfig(id, mqttConfig.parse({ url: 'mqtt://169.254.169.254' }));
  await until(
    () => fixture.log.includes('A connection that stays open could not be changed'),
    'it is logged',
  );
  await fixture.core.alerts.ingest([firing()]);
  await fixture.statusesBecome('dead');
  expect(fixture.detail(0)).toMatchObject({ lastErrorClass: 'configuration' });
});
