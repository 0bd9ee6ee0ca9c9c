import { z } from 'zod';
import { issue } from './reasons/issue-reasons.ts';
import { rateLimit, retryInput } from './channel.ts';
import { channelKind } from './channel-kind.ts';
import { channelTemplates } from './channel-template.ts';
import { heartbeatInput } from './heartbeat.ts';
import { language } from './language.ts';
import { LIMITS } from './limits.ts';
import { mailRuleFields } from './mail-rule.ts';
import { mappedWebhookCreate } from './mapping-presets.ts';
import { moment, name } from './primitives.ts';
import { channelsBy, escalationOf, escalationStep, routeInput } from './route.ts';
import { RULES, type RuleGroup } from './rules.ts';
import { savedViewInput } from './saved-view.ts';
import { settingsPatch } from './settings.ts';

/**
 * The configuration as a file. What a file says of something is all there is to say: what it leaves out
 * has its default, secrets alone stay as they are. Things refer to each other by name, since ids mean
 * nothing elsewhere.
 */

/** `nonce, tag, ciphertext` of AES-256-GCM in base64, under the key that the passphrase gives. */
const sealedText = z.base64(issue('issue.base64')).max(16_384);

/**
 * The cost of scrypt (RFC 7914; N, r and p there): 32 MiB, and a few tenths of a second on a small
 * computer. OWASP counts these numbers as equal to N=2^17 with p=1, which needs four times the memory. They are fixed, so that
 * no file can ask for more.
 */
export const SCRYPT = { cost: 32_768, blockSize: 8, parallelization: 3 } as const;

export const encryption = z.strictObject({
  cipher: z.literal('aes-256-gcm'),
  kdf: z.literal('scrypt'),
  cost: z.literal(SCRYPT.cost),
  blockSize: z.literal(SCRYPT.blockSize),
  parallelization: z.literal(SCRYPT.parallelization),
  salt: z.base64().length(24),
  /** Opens with the right passphrase, and with no other. */
  check: sealedText,
});
export type Encryption = z.infer<typeof encryption>;

export const channelEntry = z.strictObject({
  name,
  kind: channelKind,
  enabled: z.boolean().default(true),
  /** Everything for it is queued and waits; without `until`, until somebody resumes it. */
  paused: z
    .strictObject({ until: moment.nullable().default(null) })
    .nullable()
    .default(null),
  /** By kind. Secrets may stand here in the clear, by hand; null removes a field. */
  config: z.record(z.string(), z.unknown()).default({}),
  /** The fields of `config` that are secret. */
  secrets: sealedText.optional(),
  /** Names of secret fields that hold a value where this comes from, and are not in this file. */
  withheld: z.array(z.string().max(100)).max(50).default([]),
  retry: retryInput.default({ preset: 'default' }),
  rateLimit: rateLimit.nullable().default(null),
  /** The name of the channel that takes over what dies here. */
  fallback: name.nullable().default(null),
  autoRequeue: z.boolean().default(true),
  resolveOnlyIfDelivered: z.boolean().default(false),
  language: language.nullable().default(null),
  templates: channelTemplates.default({}),
});
export type ChannelEntry = z.infer<typeof channelEntry>;

const channelNames = channelsBy(name);

export const routeEntry = routeInput.omit({ channelIds: true, escalation: true }).extend({
  channels: channelNames.default([]),
  escalation: escalationOf(
    escalationStep.omit({ channelIds: true }).extend({ channels: channelNames.min(1) }),
  ),
});
export type RouteEntry = z.infer<typeof routeEntry>;

export const heartbeatEntry = heartbeatInput.extend({
  /** In the clear, by hand. Whoever knows it may ping. */
  pingId: z.uuid(issue('issue.uuid')).optional(),
  secrets: sealedText.optional(),
});
export type HeartbeatEntry = z.infer<typeof heartbeatEntry>;

/** The settings of a file. Their secrets are sealed, as in other sections. */
export const settingsEntry = settingsPatch.extend({ secrets: sealedText.optional() });

const entries = <Entry extends z.ZodType>(entry: Entry, max: number) =>
  z.array(entry).max(max).optional();

type Rules = typeof RULES;
type RuleSections = {
  readonly [G in RuleGroup as Rules[G]['section']]: z.ZodOptional<z.ZodArray<Rules[G]['entry']>>;
};

/** Every section of a file, in the order in which they are written and imported. */
const SECTIONS = {
  settings: settingsEntry.optional(),
  channels: entries(channelEntry, LIMITS.channelsMax),
  routes: entries(routeEntry, LIMITS.routesMax),
  ...(Object.fromEntries(
    Object.values(RULES).map(({ section, entry, max }) => [section, entries(entry, max)]),
  ) as unknown as RuleSections),
  heartbeats: entries(heartbeatEntry, LIMITS.heartbeatsMax),
  mappedWebhooks: entries(mappedWebhookCreate, LIMITS.mappedWebhooksMax),
  mailRules: entries(mailRuleFields, LIMITS.mailRulesMax),
  savedViews: entries(savedViewInput, LIMITS.savedViewsMax),
};
export const configSection = z.enum(
  Object.keys(SECTIONS) as [keyof typeof SECTIONS, ...(keyof typeof SECTIONS)[]],
);
export type ConfigSection = z.infer<typeof configSection>;

/**
 * A configuration file. A section that is left out stays as it is in every mode; an empty list says that there
 * are none.
 */
export const configDocument = z
  .strictObject({
    version: z.literal(1),
    encryption: encryption.optional(),
    ...SECTIONS,
  })
  .refine(
    ({ encryption: given, settings, channels = [], heartbeats = [] }) =>
      given !== undefined ||
      ![settings ?? {}, ...channels, ...heartbeats].some(({ secrets }) => secrets !== undefined),
    {
      ...issue('issue.encryption'),
      path: ['encryption'],
    },
  );
export type ConfigDocument = z.infer<typeof configDocument>;
