import { z } from 'zod';
import { field } from '../field.ts';
import { LIMITS } from '../limits.ts';
import { trustedCertificate } from '../trusted-certificate.ts';
import { issue } from '../reasons/issue-reasons.ts';

/** A topic's levels, without wildcards and without `$`, which is the broker's own. */
const topic = () =>
  z
    .string()
    .regex(/^(?!\$)[^\p{Cc}+#/]+(?:\/[^\p{Cc}+#/]+)*$/u, issue('issue.mqtt_topic'))
    .max(100);

/** Returns true for a broker's address without what has its own fields: user, password, path. */
const isPlain = (address: string): boolean => {
  if (!URL.canParse(address)) return true;
  const { username, password, pathname, search, hash } = new URL(address);
  return username === '' && password === '' && /^\/?$/.test(pathname) && `${search}${hash}` === '';
};

export const mqttConfig = z.strictObject({
  url: field(
    z
      .url({ protocol: /^mqtts?$/, ...issue('issue.mqtt_url') })
      .max(LIMITS.urlCharsMax)
      .refine(isPlain, issue('issue.mqtt_plain')),
    { placeholder: 'mqtt://homeassistant.lan:1883' },
  ),
  username: field(
    z
      .string()
      .regex(/^\P{Cc}+$/u, issue('issue.control_characters'))
      .max(320),
    { placeholder: 'belfry' },
  ).optional(),
  password: field(z.string().min(1).max(1_024), { secret: true }).optional(),
  topic: field(topic(), { placeholder: 'belfry' }).default('belfry'),
  homeAssistant: z.boolean().default(true),
  discoveryPrefix: field(topic(), { placeholder: 'homeassistant' }).default('homeassistant'),
  protocol: z.enum(['5', '3.1.1']).default('5'),
  certificate: trustedCertificate(),
});
export type MqttConfig = z.infer<typeof mqttConfig>;
