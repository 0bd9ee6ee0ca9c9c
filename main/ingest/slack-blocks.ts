import { z } from 'zod';
import { issue } from '../contract/reasons/issue-reasons.ts';
import {
  isNoText,
  isRecord,
  listField,
  recordsIn,
  textField,
  trimmedText,
  valueText,
} from './body.ts';
import { plainMrkdwn } from './plain-mrkdwn.ts';

/** Slack's Block Kit as plain text (https://docs.slack.dev/reference/block-kit/). */

type Json = Readonly<Record<string, unknown>>;

const isRichText = (value: Json): boolean => value['type'] === 'rich_text';

/** A text as `textIn` reads it. */
export const slackText = z
  .unknown()
  .refine((value) => {
    if (!isNoText(value)) return true;
    if (!isRecord(value)) return false;
    const text = value['text'] ?? value['value'];
    return isRichText(value) || (text !== undefined && !isNoText(text));
  }, issue('issue.invalid'))
  .optional();

/** Returns a text, or that of a text object (`{"type": "mrkdwn", "text": "…"}`), a rich text or a number in a table. */
export function textIn(value: unknown): string {
  if (!isRecord(value)) return plainMrkdwn(trimmedText(value));
  if (isRichText(value)) return richText(value).trim();
  return plainMrkdwn(trimmedText(value['text'] ?? value['value']));
}

/** The texts that a block of any type may have, in the order in which they are shown. */
const BLOCK_TEXTS = ['title', 'subtitle', 'text', 'body', 'description', 'caption'] as const;

/** A block or a part of one, as it is read here; other fields pass. */
export const slackBlock: z.ZodType = z.object({
  ...Object.fromEntries(BLOCK_TEXTS.map((name) => [name, slackText])),
  alt_text: textField,
  fields: listField(slackText),
  rows: listField(listField(slackText)),
  elements: listField(z.lazy(() => slackBlock)),
  child_blocks: listField(z.lazy(() => slackBlock)),
});

/** Returns rich text, whose parts may hold parts; the parser has bounded how deep. */
function richText(part: Json): string {
  const { type, elements, text, url, name, user_id: user, range, fallback } = part;
  const parts = recordsIn(elements).map(richText);
  if (parts.length > 0) {
    const isList = type === 'rich_text' || type === 'rich_text_list';
    return parts.join(isList ? '\n' : '');
  }
  if (type === 'link') return [trimmedText(text), trimmedText(url)].filter(Boolean).join(' ');
  if (type === 'emoji') return `:${trimmedText(name)}:`;
  if (type === 'user' || type === 'broadcast') return `@${trimmedText(user ?? range)}`;
  return valueText(text ?? fallback) ?? '';
}

const lines = (texts: readonly string[]): string => texts.filter(Boolean).join('\n');

const listIn = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** Returns a row of a table, with an empty cell where it has none, so that the others keep their column. */
function rowText(row: unknown): string {
  const cells = listIn(row).map(textIn);
  return cells.some(Boolean) ? cells.join(' | ') : '';
}

/** Returns what a block of Block Kit shows as text; '' for lines, buttons and what only looks good. */
export function blockText(block: Json): string {
  switch (block['type']) {
    case 'actions':
    case 'context_actions':
      return '';
    case 'context':
      return recordsIn(block['elements']).map(blockElement).filter(Boolean).join(' ');
    case 'rich_text':
      return richText(block).trim();
    case 'image':
      return blockElement(block) || textIn(block['title']);
    default: {
      const { fields, rows, elements, child_blocks: children } = block;
      return lines([
        ...BLOCK_TEXTS.map((name) => textIn(block[name])),
        ...listIn(fields).map(textIn),
        ...listIn(rows).map(rowText),
        ...[...recordsIn(elements), ...recordsIn(children)].map(blockText),
      ]);
    }
  }
}

const blockElement = (element: Json): string =>
  textIn(element['text']) || trimmedText(element['alt_text']);

/** Returns the buttons of blocks and attachments, among other elements. */
const buttonsIn = (parts: readonly Json[]): Json[] =>
  parts.flatMap(({ accessory, elements, actions }) =>
    [accessory, ...recordsIn(elements), ...recordsIn(actions)].filter(isRecord),
  );

/** Returns where buttons lead. */
export const buttonLinks = (parts: readonly Json[]): string[] =>
  buttonsIn(parts).map(({ url }) => trimmedText(url));

/** Returns what buttons say. Nobody can press them here, so it counts only where there is nothing else. */
export const buttonTexts = (parts: readonly Json[]): string =>
  lines(buttonsIn(parts).map(({ text, name }) => textIn(text ?? name)));
