import { isRecord, recordsIn, trimmedText, valueText } from './body.ts';
import { plainMrkdwn } from './plain-mrkdwn.ts';

/** Slack's Block Kit as plain text (https://docs.slack.dev/reference/block-kit/). */

type Json = Readonly<Record<string, unknown>>;

/** Returns a text, or a text object: `{"type": "mrkdwn", "text": "…"}`. */
export const textIn = (value: unknown): string =>
  plainMrkdwn(trimmedText(isRecord(value) ? value['text'] : value));

/** Returns rich text, whose parts may hold parts; the parser has bounded how deep. */
function richText(part: Json): string {
  const { type, elements, text, url, name, user_id: user, range } = part;
  const parts = recordsIn(elements).map(richText);
  if (parts.length > 0) {
    const isList = type === 'rich_text' || type === 'rich_text_list';
    return parts.join(isList ? '\n' : '');
  }
  if (type === 'link') return [trimmedText(text), trimmedText(url)].filter(Boolean).join(' ');
  if (type === 'emoji') return `:${trimmedText(name)}:`;
  if (type === 'user' || type === 'broadcast') return `@${trimmedText(user ?? range)}`;
  return valueText(text) ?? '';
}

/** Returns what a block of Block Kit shows as text; '' for lines and what only looks good. */
export function blockText(block: Json): string {
  switch (block['type']) {
    case 'context':
      return recordsIn(block['elements']).map(blockElement).filter(Boolean).join(' ');
    case 'rich_text':
      return richText(block).trim();
    case 'image':
      return blockElement(block) || textIn(block['title']);
    default: {
      const fields = recordsIn(block['fields']).map(textIn);
      return [textIn(block['text']), ...fields].filter(Boolean).join('\n');
    }
  }
}

const blockElement = (element: Json): string =>
  textIn(element['text']) || trimmedText(element['alt_text']);

/** Returns where the buttons of blocks lead. */
export const buttonLinks = (blocks: readonly Json[]): string[] =>
  blocks.flatMap((block) =>
    [block['accessory'], ...recordsIn(block['elements'])].map((element) =>
      isRecord(element) ? trimmedText(element['url']) : '',
    ),
  );
