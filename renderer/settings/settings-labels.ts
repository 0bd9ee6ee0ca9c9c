import { settings, type Settings } from '../../main/contract/system.ts';
import { text } from '../messages/text.svelte.ts';

export const RETENTION_KEYS = settings.shape.retention.keyof().options;

/** The settings of a fresh installation, for the help texts. The host has the truth, and a test compares. */
export const SETTING_DEFAULTS = {
  flappingThreshold: 5,
  flappingWindowSeconds: 300,
  flappingCooldownMinutes: 15,
  maxAlertAgeDays: 7,
  maxAcknowledgedAgeDays: 1,
  autoAcknowledgeAfterHours: 24,
  stormThreshold: 20,
  stormWindowSeconds: 60,
  deadLettersMax: 100_000,
} as const satisfies Partial<Settings>;

/** Returns the help of a setting, which ends with its default. */
export const helpOf = (key: keyof typeof SETTING_DEFAULTS): string =>
  text(`settings.${key}.help`, { default: SETTING_DEFAULTS[key] });
