import { MAPPING_PRESETS } from '../mapping-presets.ts';
import { file } from './common-lines.ts';
import { CONDITIONS, type Sender, type SenderLines, type SenderTarget } from './sender.ts';

/** The address of a mapped webhook that was added with a preset. */
const addressOf = (url: string, preset: keyof typeof MAPPING_PRESETS): string =>
  `${url}/ingest/mapped/${MAPPING_PRESETS[preset].slug}`;

/** The parameters of the media type, which Zabbix fills in; see its manual, Supported macros. */
const ZABBIX_PARAMETERS = {
  event_id: '{EVENT.ID}',
  host: '{HOST.NAME}',
  name: '{EVENT.NAME}',
  opdata: '{EVENT.OPDATA}',
  severity: '{EVENT.NSEVERITY}',
  tags: '{EVENT.TAGS}',
  url: '{TRIGGER.URL}',
  value: '{EVENT.VALUE}',
} as const;

/** Zabbix runs no media type for an operation without a message, though the script needs none. */
const zabbixTemplates = ['PROBLEM', 'RECOVERY'].flatMap((mode) => [
  '        - event_source: TRIGGERS',
  `          operation_mode: ${mode}`,
  "          subject: '{EVENT.NAME}'",
  "          message: '{EVENT.NAME}'",
]);

const zabbixMediaType = ({ url, token }: SenderTarget): SenderLines =>
  file(
    'belfry-media-type.yaml',
    'yaml',
    'zabbix_export:',
    "  version: '6.0'",
    '  media_types:',
    '    - name: Belfry',
    '      type: WEBHOOK',
    '      parameters:',
    ...Object.entries(ZABBIX_PARAMETERS).flatMap(([name, macro]) => [
      `        - name: ${name}`,
      `          value: '${macro}'`,
    ]),
    '      script: |',
    '        var request = new HttpRequest();',
    "        request.addHeader('Content-Type: application/json');",
    `        request.addHeader('Authorization: Bearer ${token}');`,
    `        var answer = request.post('${addressOf(url, 'zabbix')}', value);`,
    '        if (request.getStatus() !== 200) {',
    "          throw 'Belfry answered ' + request.getStatus() + ': ' + answer;",
    '        }',
    "        return 'OK';",
    '      message_templates:',
    ...zabbixTemplates,
  );

const homeAssistantStates = ({ url, token }: SenderTarget): SenderLines =>
  file(
    'configuration.yaml',
    'yaml',
    'rest_command:',
    '  belfry_state:',
    `    url: ${addressOf(url, 'home_assistant')}`,
    '    method: post',
    '    content_type: application/json',
    '    headers:',
    `      Authorization: Bearer ${token}`,
    '    payload: >-',
    '      {{ {"entity_id": entity_id, "name": name, "state": state, "severity": severity} | to_json }}',
    'automation belfry:',
    '  - alias: Belfry',
    '    mode: queued',
    '    triggers:',
    '      - trigger: state',
    '        entity_id: [binary_sensor.cellar_leak, binary_sensor.nas_problem]',
    "        to: ['on', 'off']",
    '    actions:',
    '      - action: rest_command.belfry_state',
    '        data:',
    "          entity_id: '{{ trigger.entity_id }}'",
    "          name: '{{ trigger.to_state.name }}'",
    "          state: '{{ trigger.to_state.state }}'",
    '          severity: critical',
  );

const OF_PRESET = {
  ...CONDITIONS,
  evidence: 'source',
  shownBy: 'test/ingest/fixtures/presets',
} as const;

/** Programs whose bodies a mapped webhook reads, by a preset. */
export const MAPPED_SENDERS = {
  zabbix: {
    ...OF_PRESET,
    name: MAPPING_PRESETS.zabbix.name,
    group: 'monitoring',
    way: '/ingest/mapped/<name>',
    severity: 'sender',
    lines: (target) => [zabbixMediaType(target)],
  },
  home_assistant_states: {
    ...OF_PRESET,
    name: 'Home Assistant (states)',
    group: 'home',
    way: '/ingest/mapped/<name>',
    severity: 'lines',
    lines: (target) => [homeAssistantStates(target)],
  },
} as const satisfies Record<string, Sender>;
