import { z } from 'zod';
import { field } from '../field.ts';
import { LIMITS } from '../limits.ts';
import { trustedCertificate } from '../trusted-certificate.ts';

/** A topic's levels, without wildcards and without `$`, which is the broker's own. */
const topic = () =>
  z
    .string()
    .regex(/^(?!\$)[^\p{Cc}+#/]+(?:\/[^\p{Cc}+#/]+)*$/u, {
      error: 'must be a topic without wildcards and without / at its ends',
    })
    .max(100);

/** A broker's address leaves its host; whatever else a URL can hold has a field of its own. */
const isPlain = (address: string): boolean => {
  if (!URL.canParse(address)) return true;
  const { username, password, pathname, search, hash } = new URL(address);
  return username === '' && password === '' && /^\/?$/.test(pathname) && `${search}${hash}` === '';
};

export const mqttConfig = z.strictObject({
  url: field(
    z
      .url({ protocol: /^mqtts?$/, error: 'must be mqtt://host:port or mqtts://host:port' })
      .max(LIMITS.urlCharsMax)
      .refine(isPlain, {
        error: 'must hold no user, password or path; they have their own fields',
      }),
    {
      title: 'Broker',
      help: 'mqtt:// without encryption (usually port 1883), mqtts:// with TLS (usually port 8883).',
      placeholder: 'mqtt://homeassistant.lan:1883',
    },
  ),
  username: field(
    z
      .string()
      .regex(/^\P{Cc}+$/u, { error: 'must hold no control characters' })
      .max(320),
    {
      title: 'User name',
      help: 'In Home Assistant: a user of its own for Belfry, or a login of the Mosquitto add-on.',
      placeholder: 'belfry',
    },
  ).optional(),
  password: field(z.string().min(1).max(1_024), {
    title: 'Password',
    help: 'Of that user.',
    secret: true,
  }).optional(),
  topic: field(topic(), {
    title: 'Topic',
    help: 'Everything is published below it. Give each channel on a broker its own.',
    placeholder: 'belfry',
  }).default('belfry'),
  homeAssistant: field(z.boolean(), {
    title: 'Sensors for Home Assistant',
    help: 'Home Assistant finds a binary sensor for each condition by itself.',
  }).default(true),
  discoveryPrefix: field(topic(), {
    title: 'Discovery prefix',
    help: 'As set in Home Assistant’s MQTT integration.',
    placeholder: 'homeassistant',
  }).default('homeassistant'),
  protocol: field(z.enum(['5', '3.1.1']), {
    title: 'Protocol',
    help: 'MQTT 5 says when a broker refuses a message; take 3.1.1 only for a broker that knows no other.',
    choices: { '5': 'MQTT 5', '3.1.1': 'MQTT 3.1.1' },
  }).default('5'),
  certificate: trustedCertificate(),
});
export type MqttConfig = z.infer<typeof mqttConfig>;
