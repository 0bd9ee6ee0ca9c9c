/**
 * Slack's mrkdwn and Markdown as plain text (https://docs.slack.dev/messaging/formatting-message-text):
 * links keep their address, mentions their name, and marks of emphasis go.
 */

/** Code in which nothing is marked: a block, or a span within a line. */
const CODE = /(```[^]*?```|`[^`\n]+`)/;

const ENTITIES: Readonly<Record<string, string>> = { '&lt;': '<', '&gt;': '>', '&amp;': '&' };

const decoded = (text: string): string =>
  text.replaceAll(/&(?:lt|gt|amp);/g, (entity) => ENTITIES[entity] ?? entity);

/** Matches what Slack puts between angle brackets: a mention, a date or an address, each perhaps with a text. */
const BRACKETS = /<([^<>|\n]{1,2048})(?:\|([^<>\n]{0,2048}))?>/g;

const linked = (label: string, url: string): string =>
  label === '' || label === url || `mailto:${label}` === url ? label || url : `${label} (${url})`;

function bracketed(whole: string, target: string, label = ''): string {
  const mark = target[0] ?? '';
  if (mark === '@' || mark === '#') return label === '' ? target : `${mark}${label}`;
  if (mark === '!') return label || `@${target.slice(1).split('^', 1)[0] ?? ''}`;
  return /^(?:https?|mailto|tel):/.test(target) ? linked(label, target) : whole;
}

const MARKDOWN_LINK = /!?\[([^[\]\n]{0,2048})\]\((https?:\/\/[^()\s]{1,2048})\)/g;

/** A mark counts where a word begins or ends, so that `disk_space` and `2 * 3` stay as they are. */
const EMPHASIS = [
  /(?<![\w*])\*{1,2}(?=\S)([^*\n]{1,2048})(?<=\S)\*{1,2}(?![\w*])/g,
  /(?<!\w)_{1,2}(?=\S)([^_\n]{1,2048})(?<=\S)_{1,2}(?!\w)/g,
  /(?<![\w~])~{1,2}(?=\S)([^~\n]{1,2048})(?<=\S)~{1,2}(?![\w~])/g,
];

function plainProse(text: string): string {
  const linkless = text
    .replaceAll(BRACKETS, bracketed)
    .replaceAll(MARKDOWN_LINK, (_all, label: string, url: string) => linked(label, url));
  const unmarked = EMPHASIS.reduce((rest, mark) => rest.replaceAll(mark, '$1'), linkless);
  return decoded(unmarked.replaceAll(/^(?:#{1,6}|>) /gm, ''));
}

const plainCode = (text: string): string =>
  decoded(text.replaceAll(BRACKETS, bracketed).replace(/^```\n?|^`|\n?```$|`$/g, ''));

/** Returns the text without markup. */
export const plainMrkdwn = (text: string): string =>
  text
    .split(CODE)
    .map((part, index) => (index % 2 === 1 ? plainCode(part) : plainProse(part)))
    .join('')
    .trim();

/** Returns the addresses that a text links to, in order. */
export const linksOf = (text: string): string[] =>
  [
    ...text.matchAll(/<(https?:\/\/[^<>|\s]{1,2048})(?:\|[^<>\n]{0,2048})?>/g),
    ...text.matchAll(/\]\((https?:\/\/[^()\s]{1,2048})\)/g),
  ].map(([, url = '']) => decoded(url));
