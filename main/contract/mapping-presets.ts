import { z } from 'zod';
import { mappedWebhookInput, mapping, type Mapping } from './mapped-webhook.ts';

/** The programs for which there is a ready mapping. */
export const mappingPreset = z.enum(['zabbix', 'home_assistant']);
export type MappingPreset = z.infer<typeof mappingPreset>;

/** A ready mapping, for what the lines of its sender in the gallery send. */
export interface Preset {
  /** The name of the program, which is the same in every language. */
  readonly name: string;
  readonly slug: string;
  readonly mapping: Mapping;
}

/**
 * Zabbix's numbers of severities, and its standard names for them; both can be sent.
 * https://www.zabbix.com/documentation/current/en/manual/config/triggers/severity
 */
const ZABBIX_SEVERITIES = {
  ...{ '0': 'info', '1': 'info', '2': 'warning', '3': 'warning', '4': 'critical', '5': 'critical' },
  ...{ 'Not classified': 'info', Information: 'info', Warning: 'warning', Average: 'warning' },
  ...{ High: 'critical', Disaster: 'critical' },
} as const;

export const MAPPING_PRESETS: Readonly<Record<MappingPreset, Preset>> = {
  zabbix: {
    name: 'Zabbix',
    slug: 'zabbix',
    mapping: mapping.parse({
      host: 'host',
      kind: '"zabbix_problem"',
      // A trigger may have several problems at once; each has its own event, which its recovery names.
      dedupKey: 'event_id',
      status: 'value',
      resolvedWhen: ['0'],
      severity: 'severity',
      severities: ZABBIX_SEVERITIES,
      message: 'name & (opdata ? ": " & opdata : "")',
      labels: '{"event_id": event_id, "tags": tags ? tags : null}',
      url: 'url',
    }),
  },
  home_assistant: {
    name: 'Home Assistant',
    slug: 'home-assistant',
    mapping: mapping.parse({
      host: 'host ? host : "home-assistant"',
      kind: '"entity_state"',
      dedupKey: 'entity_id',
      status: 'state',
      resolvedWhen: ['off', 'closed', 'locked', 'ok', 'resolved'],
      severity: 'severity',
      message: 'message ? message : name & " is " & state',
      labels: '{"entity_id": entity_id}',
      url: 'url',
    }),
  },
};

const isPreset = (given: unknown): given is MappingPreset => mappingPreset.safeParse(given).success;

/** A mapped webhook to create: its mapping may be the name of a preset. */
export const mappedWebhookCreate = mappedWebhookInput.extend({
  mapping: z
    .preprocess((given) => (isPreset(given) ? MAPPING_PRESETS[given].mapping : given), mapping)
    .meta({
      description: `A mapping, or the name of a preset: ${mappingPreset.options.join(', ')}.`,
    }) as unknown as z.ZodType<Mapping, z.input<typeof mapping> | MappingPreset>,
});
