import type { Mapping } from '../../main/contract/mapped-webhook.ts';

export type ExpressionName = Exclude<keyof Mapping, 'resolvedWhen' | 'severities'>;

interface ExpressionField {
  readonly name: ExpressionName;
  readonly label: string;
  readonly hint: string;
  readonly placeholder: string;
  readonly required?: true;
}

/** The fields of a mapping that are expressions, in the order of the form. */
export const EXPRESSION_FIELDS: readonly ExpressionField[] = [
  {
    name: 'host',
    label: 'Host',
    hint: 'Where it happened. A fixed word goes in quotes.',
    placeholder: 'device.name  or  "nas"',
    required: true,
  },
  {
    name: 'kind',
    label: 'Kind',
    hint: 'What sort of thing happened, in a word.',
    placeholder: '"disk_" & check',
    required: true,
  },
  {
    name: 'message',
    label: 'Message',
    hint: 'What people read.',
    placeholder: 'title & ": " & text',
  },
  {
    name: 'status',
    label: 'Status',
    hint: 'What says whether it fires or is over. Empty: everything fires.',
    placeholder: 'state',
  },
  {
    name: 'severity',
    label: 'Severity',
    hint: 'Finds info, warning or critical, or a word that is translated below. Empty: warning.',
    placeholder: 'level',
  },
  {
    name: 'dedupKey',
    label: 'Key',
    hint: 'Tells two conditions of one host and kind apart.',
    placeholder: 'serial',
  },
  {
    name: 'labels',
    label: 'Labels',
    hint: 'An object of names with values.',
    placeholder: '{"disk": serial}',
  },
  { name: 'url', label: 'Link', hint: 'An http or https address.', placeholder: 'link' },
  {
    name: 'each',
    label: 'Items',
    hint: 'Where one body reports several: what finds them. The other fields then read each of them.',
    placeholder: 'alerts',
  },
];

/** A shell command that sends a body to a mapped webhook. `url` has no slash at its end. */
export const mappedCurl = (url: string, slug: string): string =>
  [
    `curl -sS --fail-with-body '${url}/ingest/mapped/${slug}' \\`,
    `  -H 'Authorization: Bearer bf_your-token' \\`,
    `  -H 'Content-Type: application/json' -d @body.json`,
  ].join('\n');

/** JSON in lines of its own where it is JSON, for reading. */
export function readable(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    // This is how JSON.parse says that it is no JSON; then it is shown as it came.
    return body;
  }
}

const TOKEN = 'token:';

/** Whose token something came with, as people named it. */
export const senderName = (actor: string): string =>
  (actor.startsWith(TOKEN) ? actor.slice(TOKEN.length) : actor) || 'unknown sender';
