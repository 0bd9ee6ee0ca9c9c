import { mqttConfig } from '../../../main/contract/channel-kind.ts';
import { createMqtt } from '../../../main/channels/mqtt.ts';
import type { ChannelCase } from '../channel-case.ts';
import { MqttFake } from '../mqtt-fake.ts';

const PASSWORD = 'pa55word';

/** The return codes of CONNACK in MQTT 3.1.1. */
const REFUSALS: Readonly<Record<string, number>> = {
  'does not take the client id': 2,
  'is not ready yet': 3,
  'refuses the login': 4,
  'does not let the user in': 5,
  echo: 5,
};

export const mqttCase: ChannelCase = {
  async start() {
    const fake = await MqttFake.start();
    return {
      adapter: createMqtt(),
      config: mqttConfig.parse({
        url: fake.url,
        username: 'belfry',
        password: PASSWORD,
        protocol: '3.1.1',
      }),
      secrets: [PASSWORD],
      received: () => fake.received,
      play(script) {
        fake.silent = script === 'silence';
        fake.hangsUp = script === 'hangs up on each message';
        fake.refuses = script === null ? null : (REFUSALS[script] ?? null);
        if (fake.refuses !== null) fake.hangUp();
      },
      [Symbol.asyncDispose]: () => fake[Symbol.asyncDispose](),
    };
  },
  failures: {
    'does not take the client id': {
      kind: 'permanent',
      class: 'configuration',
      reason: { code: 'failure.mqtt_client_id', params: {} },
      receiverText: 'Connection refused: Identifier rejected',
    },
    'is not ready yet': {
      kind: 'transient',
      class: 'server_error',
      reason: { code: 'failure.unavailable', params: { service: 'broker', status: 'MQTT 3' } },
      receiverText: 'Connection refused: Server unavailable',
    },
    'refuses the login': {
      kind: 'permanent',
      class: 'authentication',
      reason: {
        code: 'failure.credentials_refused',
        params: { service: 'broker', status: 'MQTT 4', fields: ['mqtt.username', 'mqtt.password'] },
      },
      receiverText: 'Connection refused: Bad username or password',
    },
    'does not let the user in': {
      kind: 'permanent',
      class: 'authentication',
      reason: {
        code: 'failure.credentials_refused',
        params: { service: 'broker', status: 'MQTT 5', fields: ['mqtt.username', 'mqtt.password'] },
      },
      receiverText: 'Connection refused: Not authorized',
    },
    'hangs up on each message': {
      kind: 'transient',
      class: 'connection',
      reason: { code: 'failure.unreachable', params: { error: 'ECONNRESET' } },
    },
  },
  limit: {
    max: 8_192,
    unit: 'bytes',
    textOf: (received) =>
      (JSON.parse(received.slice(received.indexOf('\n'))) as { body: string }).body,
  },
};
