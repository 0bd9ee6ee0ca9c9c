import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { mappedWebhookInput } from '../../main/contract/mapped-webhook.ts';
import {
  MAPPING_PRESETS,
  mappedWebhookCreate,
  mappingPreset,
  type MappingPreset,
} from '../../main/contract/mapping-presets.ts';
import type { ConditionEvent } from '../../main/domain/condition-event.ts';
import { compileMapping } from '../../main/ingest/mapped-adapter.ts';
import { fixtureJson } from './ingest-case.ts';

const DISK = { host: 'nas', kind: 'zabbix_problem', dedupKey: '48213' };
const LEAK = {
  host: 'home-assistant',
  kind: 'entity_state',
  dedupKey: 'binary_sensor.cellar_leak',
};

/** Every body, by its file, with the event that it means. */
const MEANT: Readonly<Record<MappingPreset, Readonly<Record<string, Partial<ConditionEvent>>>>> = {
  zabbix: {
    'zabbix-problem.json': {
      ...DISK,
      status: 'firing',
      severity: 'critical',
      message: '/srv: Disk space is low (used > 90%): Space used: 461.2 GB of 498.4 GB (92.54 %)',
      labels: { event_id: '48213', tags: 'scope:availability, component:storage' },
      url: null,
    },
    'zabbix-recovery.json': { ...DISK, status: 'resolved' },
    'zabbix-internal.json': {
      host: 'nas',
      dedupKey: '48299',
      status: 'firing',
      severity: 'info',
      message: 'Item "vfs.fs.size[/mnt,pused]" is not supported',
      labels: { event_id: '48299' },
      url: 'https://zabbix.lan/tr_events.php?eventid=48299',
    },
  },
  home_assistant: {
    'home-assistant-on.json': {
      ...LEAK,
      status: 'firing',
      severity: 'critical',
      message: 'Cellar leak is on',
      labels: { entity_id: 'binary_sensor.cellar_leak' },
    },
    'home-assistant-off.json': { ...LEAK, status: 'resolved' },
    'home-assistant-text.json': {
      host: 'house',
      dedupKey: 'lock.front_door',
      status: 'firing',
      severity: 'warning',
      message: 'The front door has been open for ten minutes.',
    },
  },
};

async function eventsOf(preset: MappingPreset, body: unknown) {
  const compiled = compileMapping(MAPPING_PRESETS[preset].mapping);
  if (!compiled.ok) throw new Error(compiled.error.message);
  const reading = await compiled.value.read(body, { source: preset });
  if (!reading.ok) throw new Error(reading.error.message);
  expect(reading.value.problems).toEqual([]);
  return reading.value.events;
}

const CASES = mappingPreset.options.flatMap((preset) =>
  Object.entries(MEANT[preset]).map(([file, meant]) => [preset, file, meant] as const),
);

test.each(CASES)('the preset %s reads %s', async (preset, file, meant) => {
  expect(await eventsOf(preset, fixtureJson('presets', file))).toMatchObject([meant]);
});

test('every body is read', () => {
  const files = readdirSync(join(import.meta.dirname, 'fixtures', 'presets'));
  const bodies = files.filter((name) => name.endsWith('.json'));
  expect(CASES.map(([, file]) => file).toSorted()).toEqual(bodies.toSorted());
});

test.each([
  ['Not classified', '0', 'info'],
  ['Information', '1', 'info'],
  ['Warning', '2', 'warning'],
  ['Average', '3', 'warning'],
  ['High', '4', 'critical'],
  ['Disaster', '5', 'critical'],
])('Zabbix’s severity %s (%s) is %s', async (name, number, severity) => {
  const problem = fixtureJson('presets', 'zabbix-problem.json') as object;
  for (const given of [name, number]) {
    expect(await eventsOf('zabbix', { ...problem, severity: given })).toMatchObject([{ severity }]);
  }
});

test.each(mappingPreset.options)('%s is a mapped webhook as people may write one', (preset) => {
  expect(mappedWebhookInput.parse(MAPPING_PRESETS[preset])).toEqual(MAPPING_PRESETS[preset]);
});

test('a new mapped webhook names a preset in the place of its mapping', () => {
  const { name, slug, mapping } = MAPPING_PRESETS.zabbix;
  const input = { name, slug, mapping: 'zabbix' };
  expect(mappedWebhookCreate.parse(input)).toEqual({ name, slug, mapping });
  const wrong = mappedWebhookCreate.safeParse({ ...input, mapping: 'constructor' });
  expect(wrong.error?.issues).toMatchObject([{ path: ['mapping'] }]);
});
