import { z } from 'zod';
import { languageSetting } from './language.ts';
import { link, serverAddress } from './primitives.ts';
import {
  initialOf,
  patchOf,
  Setting,
  settingsIn,
  shapeOf,
  type NameOf,
  type SettingSection,
} from './setting-definition.ts';
import { pictureHost } from './alert-picture.ts';
import { bindAddress, mailSender, network } from './incoming-mail.ts';
import { weeklyPeriod, timeZone } from './suppression.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

const enabled = (section: SettingSection, initial = true) =>
  new Setting(z.boolean(), initial, { section });

const days = (section: SettingSection, initial: number, min = 1) =>
  new Setting(z.int().min(min).max(3_650), initial, { section, unitMs: DAY_MS });

/**
 * Every setting, described once: the contract's schemas, the defaults, the store's reading, the patch and
 * its merging, the window's form, the export and docs/settings.md derive from this table. To add one, add
 * a line here and its messages `settings.<name>.title` and `.help`.
 */
export const SETTINGS = {
  language: new Setting(languageSetting, 'system', { section: 'language' }),

  /** A condition that changes `flappingThreshold` times within the window flaps until it was quiet for the cooldown. */
  flappingEnabled: enabled('flapping'),
  flappingThreshold: new Setting(z.int().min(2).max(100), 5, {
    section: 'flapping',
    needs: 'flappingEnabled',
  }),
  flappingWindowSeconds: new Setting(z.int().min(10).max(86_400), 300, {
    section: 'flapping',
    unitMs: SECOND_MS,
    needs: 'flappingEnabled',
  }),
  flappingCooldownMinutes: new Setting(z.int().min(1).max(1_440), 15, {
    section: 'flapping',
    unitMs: MINUTE_MS,
    needs: 'flappingEnabled',
  }),

  /** Since its last report, or its acknowledgement if that is later; 0 never. */
  maxAlertAgeDays: days('expiry', 7, 0),
  maxAcknowledgedAgeDays: days('expiry', 1, 0),
  autoAcknowledgeAfterHours: new Setting(z.int().min(0).max(8_760), 24, {
    section: 'expiry',
    unitMs: HOUR_MS,
  }),
  /** For alerts whose sender names no end (Alertmanager API). */
  resolveTimeoutMs: new Setting(z.int().min(10_000).max(86_400_000), 300_000, {
    section: 'expiry',
    unitMs: 1,
  }),

  /** More than `stormThreshold` new alerts for a channel within the window leave as one summary. */
  stormEnabled: enabled('storms'),
  stormThreshold: new Setting(z.int().min(1).max(1_000), 20, {
    section: 'storms',
    needs: 'stormEnabled',
  }),
  stormWindowSeconds: new Setting(z.int().min(1).max(3_600), 60, {
    section: 'storms',
    unitMs: SECOND_MS,
    needs: 'stormEnabled',
  }),
  stormWebhooks: new Setting(z.boolean(), false, { section: 'storms', needs: 'stormEnabled' }),

  /** Null sends no links, and refuses those that are out. */
  publicUrl: new Setting(serverAddress.nullable(), null, {
    section: 'links',
    example: 'https://belfry.example.lan',
  }),

  /** The hosts from which pictures of alerts are fetched; none by default, since senders choose the addresses. */
  pictureHosts: new Setting(z.array(pictureHost).max(50), [], {
    section: 'pictures',
    example: 'grafana.lan, 192.168.1.20',
  }),

  retention: {
    deliveredDays: days('retention', 7),
    deadDays: days('retention', 30),
    attemptsDays: days('retention', 30),
    auditDays: days('retention', 30),
    closedAlertsDays: days('retention', 90),
  },
  /** Above it the oldest dead letters are discarded, and the log says so. */
  deadLettersMax: new Setting(z.int().min(100).max(1_000_000), 100_000, { section: 'retention' }),

  /** The desktop app's HTTP server for senders, on 127.0.0.1, from its next start on. Headless always listens. */
  desktopHttp: {
    enabled: enabled('receiving'),
    port: new Setting(z.int().min(1).max(65_535), 8377, {
      section: 'receiving',
      needs: 'desktopHttp.enabled',
    }),
  },

  /** The SMTP listener for senders that know nothing but mail. What arrives becomes an alert and is never sent on. */
  mail: {
    enabled: enabled('mail', false),
    host: new Setting(bindAddress, '127.0.0.1', { section: 'mail', needs: 'mail.enabled' }),
    port: new Setting(z.int().min(1).max(65_535), 2525, {
      section: 'mail',
      needs: 'mail.enabled',
    }),
    /** The clients that need no token; of their mails only those of `senders`, if it names any. */
    networks: new Setting(z.array(network).max(50), [], {
      section: 'mail',
      needs: 'mail.enabled',
      example: '192.168.1.0/24, fd00::/8',
    }),
    senders: new Setting(z.array(mailSender).max(100), [], {
      section: 'mail',
      needs: 'mail.enabled',
      example: 'root@nas.lan, printer.lan',
    }),
  },

  /** The behaviour of the desktop app. Headless, only the sound of the notifications on a desktop has an effect. */
  desktop: {
    startAtLogin: enabled('desktop', false),
    onClose: new Setting(z.enum(['hide', 'minimize', 'quit']), 'hide', { section: 'desktop' }),
    dockIcon: new Setting(z.boolean(), true, { section: 'desktop', platform: 'darwin' }),
    /** The severities whose notifications have a sound, if the desktop plays one. */
    sound: new Setting(z.enum(['off', 'critical', 'all']), 'critical', { section: 'desktop' }),
    /** True if the system must not suspend the app to save power. */
    keepRunning: enabled('desktop', false),
  },

  /** The hosts that check for a newer version once a day: the desktop app alone, every host, or none. */
  updateCheck: new Setting(z.enum(['desktop', 'always', 'off']), 'desktop', { section: 'updates' }),

  backup: {
    enabled: enabled('backups'),
    everyHours: new Setting(z.int().min(1).max(720), 24, {
      section: 'backups',
      unitMs: HOUR_MS,
      needs: 'backup.enabled',
    }),
    /** The number of backups that rotation leaves. */
    keep: new Setting(z.int().min(1).max(1_000), 7, { section: 'backups' }),
  },

  quietHours: {
    enabled: new Setting(z.boolean(), false),
    timeZone: new Setting(timeZone, Intl.DateTimeFormat().resolvedOptions().timeZone),
    periods: new Setting(z.array(weeklyPeriod).max(20), [
      { days: [1, 2, 3, 4, 5, 6, 7], from: '22:00', to: '07:00' },
    ]),
    /** True if critical alerts are sent at once. Recoveries always wait. */
    criticalPasses: new Setting(z.boolean(), true),
  },

  /** The heartbeat that Belfry sends, so that something else notices when Belfry is dead. */
  outboundHeartbeat: {
    everyMinutes: new Setting(z.int().min(1).max(1_440), 5, { unitMs: MINUTE_MS }),
  },
} as const;

export type SettingName = NameOf<typeof SETTINGS>;

/** Every setting with its name, in the order of the window's form. */
export const settingList = settingsIn(SETTINGS);

const shape = shapeOf(SETTINGS);
const patch = patchOf(SETTINGS);

export const settings = z.object({
  ...shape,
  outboundHeartbeat: shape.outboundHeartbeat.extend({
    /** The address that is called, without the path and query, which are a credential; null while it is off. */
    target: z.string().nullable(),
  }),
});
export type Settings = z.infer<typeof settings>;
export type QuietHours = Settings['quietHours'];

export const settingsPatch = z.strictObject({
  ...patch,
  outboundHeartbeat: patch.outboundHeartbeat
    .unwrap()
    .extend({
      /** The whole address that is called; null switches it off. It is never shown again. */
      url: link.nullable().optional(),
    })
    .strict()
    .optional(),
});
export type SettingsPatch = z.infer<typeof settingsPatch>;

const initial = initialOf(SETTINGS);

export const DEFAULT_SETTINGS: Settings = {
  ...initial,
  outboundHeartbeat: { ...initial.outboundHeartbeat, target: null },
};

/** Returns true for settings that belong together; a list is one value. */
export const isGroup = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Returns settings with some changes made to them, within groups field by field; undefined changes nothing. */
export function withChanges(before: Settings, changes: object): Settings {
  const after: Record<string, unknown> = { ...before };
  for (const [name, value] of Object.entries(changes)) {
    const old = after[name];
    if (value === undefined) continue;
    after[name] = isGroup(value) && isGroup(old) ? { ...old, ...defined(value) } : value;
  }
  return after as Settings;
}

const defined = (group: object): object =>
  Object.fromEntries(Object.entries(group).filter(([, value]) => value !== undefined));

const pathOf = (name: SettingName): string[] => name.split('.');

/** Returns the value of a setting by its name. */
export const settingValue = (settings: Settings, name: SettingName): unknown =>
  pathOf(name).reduce<unknown>(
    (value, part) => (isGroup(value) ? value[part] : undefined),
    settings,
  );

/** Returns the patch that changes one setting, to be checked by `settingsPatch`. */
export const settingPatch = (name: SettingName, value: unknown): Record<string, unknown> =>
  pathOf(name).reduceRight<unknown>((inner, part) => ({ [part]: inner }), value) as Record<
    string,
    unknown
  >;
