/** @module-tag slow */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { mqttConfig } from '../../main/contract/channel-kind.ts';
import { MqttFake } from '../channels/mqtt-fake.ts';
import { CoreFixture, firing, resolved } from '../support/core-fixture.ts';
import { until } from '../support/until.ts';

const DAY_MS = 86_400_000;

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

const addMqtt = (over: Record<string, unknown> = {}): Promise<string> =>
  fixture.addChannel('unused', undefined, {
    kind: 'mqtt',
    config: mqttConfig.parse({ url: broker.url, protocol: '3.1.1', ...over }),
  });

/** The kinds of the sensors that were shown, each with its last state, in order of their first message. */
function shown(): Record<string, string> {
  const kinds = new Map<string, string>();
  const states: Record<string, string> = {};
  for (const text of broker.received) {
    const [, id = '', what, payload = ''] =
      /^PUBLISH belfry\/conditions\/(\w+)\/(\w+) qos=1 retain\n(.*)$/.exec(text) ?? [];
    if (what === 'attributes') {
      kinds.set(id, (JSON.parse(payload) as { kind: string }).kind);
    } else if (what === 'state') states[kinds.get(id) ?? ''] = payload;
  }
  return states;
}

const shownBecomes = (wanted: Record<string, string>): Promise<void> =>
  until(
    () => JSON.stringify(shown()) === JSON.stringify(wanted),
    `what is shown becomes ${JSON.stringify(wanted)}`,
  );

const configs = (): number =>
  broker.received.filter((text) =>
    /^PUBLISH homeassistant\/binary_sensor\/belfry_\w+\/config qos=1 retain/.test(text),
  ).length;

const ingest = (...events: Parameters<CoreFixture['core']['alerts']['ingest']>[0]) =>
  fixture.core.alerts.ingest(events);

/** The broker has nothing of what it had kept. */
const forget = (): void => void broker.received.splice(0);

/** Three conditions: one is open, one acknowledged, one over; and a message, which is none. */
async function threeConditions(): Promise<void> {
  await ingest(firing({ kind: 'disk' }), firing({ kind: 'fan' }), firing({ kind: 'link' }));
  await fixture.statusesBecome('sent', 'sent', 'sent');
  await ingest(resolved({ kind: 'link' }));
  await fixture.statusesBecome('sent', 'sent', 'sent', 'sent');
  forget();
}

describe('after a connect', () => {
  test('open conditions are shown with configuration, attributes and state', async () => {
    await addMqtt();
    await threeConditions();
    await fixture.restart();
    await shownBecomes({ disk: 'ON', fan: 'ON' });
    expect(configs()).toBe(2);
    expect(broker.received.filter((text) => text.startsWith('PUBLISH belfry/events'))).toEqual([]);
  });

  test('without Home Assistant there are attributes and state alone', async () => {
    await addMqtt({ homeAssistant: false });
    await threeConditions();
    await fixture.restart();
    await shownBecomes({ disk: 'ON', fan: 'ON' });
    expect(configs()).toBe(0);
  });

  test('what the channel was never notified of is not shown', async () => {
    await addMqtt();
    const input = { matchers: ['kind="fan"'], endsAt: fixture.clock.now() + DAY_MS, comment: '' };
    await fixture.core.silences.collection.create(input, 'test');
    await ingest(firing({ kind: 'disk' }), firing({ kind: 'fan' }));
    await until(() => shown()['disk'] === 'ON', 'the disk is shown');
    await fixture.quiet();
    forget();
    await fixture.restart();
    await shownBecomes({ disk: 'ON' });
  });

  test('a condition that expired without a link is off, unless it is open again', async () => {
    await addMqtt();
    await ingest(firing({ kind: 'disk' }), firing({ kind: 'fan' }));
    await fixture.statusesBecome('sent', 'sent');
    broker.refuses = 2;
    broker.hangUp();
    await fixture.pass(8 * DAY_MS);
    expect(fixture.newest().alert.state).toBe('expired');
    await ingest(firing({ kind: 'fan' }));
    await fixture.quiet();
    forget();
    broker.refuses = null;
    await fixture.restart();
    await until(() => shown()['disk'] === 'OFF', 'the disk is off');
    await fixture.quiet();
    expect(shown()['fan']).not.toBe('OFF');
  });
});

describe('at the birth message of Home Assistant', () => {
  test('open conditions are shown once more', async () => {
    await addMqtt({ discoveryPrefix: 'ha' });
    await ingest(firing({ kind: 'disk' }));
    await fixture.statusesBecome('sent');
    await until(() => broker.subscribed.includes('ha/status'), 'it listens');
    forget();
    await broker.publish('ha/status', 'online');
    await shownBecomes({ disk: 'ON' });
  });

  test('not at its last will, nor at a birth that the broker had kept', async () => {
    await broker.publish('homeassistant/status', 'online', true);
    await addMqtt();
    await ingest(firing({ kind: 'disk' }));
    await fixture.statusesBecome('sent');
    await until(() => broker.subscribed.includes('homeassistant/status'), 'it listens');
    forget();
    await broker.publish('homeassistant/status', 'offline');
    await broker.publish('homeassistant/status', 'online');
    await shownBecomes({ disk: 'ON' });
    expect(configs()).toBe(1);
  });

  test('without sensors for Home Assistant nobody listens', async () => {
    await addMqtt({ homeAssistant: false });
    await ingest(firing({ kind: 'disk' }));
    await fixture.statusesBecome('sent');
    expect(broker.subscribed).toEqual([]);
  });
});

describe('a condition that expires', () => {
  test('is off, and notifies nobody', async () => {
    await addMqtt();
    await ingest(firing({ kind: 'disk' }));
    await fixture.statusesBecome('sent');
    forget();
    await fixture.pass(8 * DAY_MS);
    await shownBecomes({ disk: 'OFF' });
    const attributes = broker.received.find((text) => text.includes('/attributes qos'));
    expect(attributes).toContain('"state":"expired"');
    expect(fixture.statuses()).toEqual(['sent']);
    expect(broker.received.filter((text) => text.startsWith('PUBLISH belfry/events'))).toEqual([]);
  });

  test('stays unknown where it was never shown', async () => {
    await addMqtt();
    const input = {
      matchers: ['kind="fan"'],
      endsAt: fixture.clock.now() + 30 * DAY_MS,
      comment: '',
    };
    await fixture.core.silences.collection.create(input, 'test');
    await ingest(firing({ kind: 'fan' }), firing({ kind: 'disk' }));
    await until(() => shown()['disk'] === 'ON', 'the disk is shown');
    await fixture.pass(8 * DAY_MS);
    await shownBecomes({ disk: 'OFF' });
  });
});
