import { z } from 'zod';
import type { IssueReason } from '../contract/reasons/issue-reasons.ts';
import { ok, type Result } from '../contract/result.ts';
import { invalidInput } from '../domain/issues.ts';
import { parseJson } from '../domain/json-text.ts';
import { PICTURE_ANNOTATION } from '../contract/alert-picture.ts';
import { refuseField, worded, type Refusal } from '../messages/failures.ts';
import type { IngestContext, IngestReading, IngestRequest } from './adapter.ts';
import {
  fieldsOf,
  isRecord,
  listField,
  mediaTypeOf,
  recordsIn,
  textField,
  textOf,
  trimmedText,
  valueText,
} from './body.ts';
import { onlyPicture, oneMessage, withFiles, type MessageWords } from './message.ts';
import { severityOfMessage } from './message-severity.ts';
import { linksOf } from './plain-mrkdwn.ts';
import {
  blockText,
  buttonLinks,
  buttonTexts,
  slackBlock,
  slackText,
  textIn,
} from './slack-blocks.ts';

/** A message of Slack's incoming webhooks, which Mattermost, Rocket.Chat and Discord take as well. */

type Json = Readonly<Record<string, unknown>>;

/** As many as Slack takes. */
const BLOCKS_MAX = 50;
const ATTACHMENTS_MAX = 100;

/** The reasons for which a service refuses a payload. */
type SlackFault = 'no_text' | 'invalid_payload' | 'invalid_blocks' | 'too_many_attachments';

/** Refuses a field with the fault as the message, which each service words in its own way. */
const refused = (fault: SlackFault, field: string, why: IssueReason): Refusal =>
  worded(fault, refuseField('invalid_input', field, why));

const tooMany = (fault: SlackFault, field: string, max: number): Refusal =>
  refused(fault, field, { code: 'issue.items_max', params: { max: String(max) } });

/** The parts of an attachment with what it says; other fields pass. */
const attachmentInput = z.object({
  pretext: slackText,
  author_name: textField,
  title: slackText,
  text: slackText,
  footer: slackText,
  fallback: slackText,
  fields: listField(z.object({ title: textField, value: slackText })),
  blocks: listField(slackBlock),
  actions: listField(z.object({})),
});

/** A payload in which everything is read; any other is refused, so that nothing is left out. */
const payloadInput = z.object({
  text: slackText,
  blocks: listField(slackBlock),
  attachments: listField(attachmentInput),
});

/** Returns a field of an attachment: its title and its value, either of which may be missing. */
const fieldText = ({ title, value }: Json): string =>
  [trimmedText(title), textIn(value)].filter(Boolean).join(': ');

/** Returns the lines of an attachment below its title. */
function attachmentLines(attachment: Json): string[] {
  const { pretext, author_name: author, text, fields, blocks, footer } = attachment;
  const lines = [
    textIn(pretext),
    trimmedText(author),
    textIn(text),
    ...recordsIn(fields).map(fieldText),
    ...recordsIn(blocks).map(blockText),
    textIn(footer),
  ].filter(Boolean);
  return lines.length > 0 ? lines : [textIn(attachment['fallback'])];
}

/** The first of these that is there: the heading of the blocks, or the title of an attachment. */
function titleOf(blocks: readonly Json[], attachments: readonly Json[]): string {
  const header = blocks.find(({ type }) => type === 'header');
  return textIn(header?.['text']) || textIn(attachments.find(({ title }) => title)?.['title']);
}

/** Returns the document: JSON, whatever its type says, or that of a form's field `payload`. */
async function documentOf(request: IngestRequest): Promise<Result<unknown>> {
  if (mediaTypeOf(request) === 'multipart/form-data' || !/^\s*\{/.test(textOf(request))) {
    const form = await fieldsOf(request);
    if (!form.ok) return form;
    const payload = valueText(form.value.values['payload']);
    if (payload !== undefined) return parseJson(payload, 'payload');
  }
  return parseJson(textOf(request));
}

/** Reads a payload within the service's limits; a failure's message is a `SlackFault`. */
export async function readSlackMessage(
  request: IngestRequest,
  context: IngestContext,
): Promise<Result<IngestReading>> {
  const body = await documentOf(request);
  if (!body.ok) return worded('invalid_payload', body);
  if (isRecord(body.value)) {
    const payload = payloadOf(body.value);
    if (!payload.ok) return payload;
    const words = wordsOf(payload.value, context.messages);
    return words.ok ? oneMessage(words.value, request, context) : words;
  }
  const expected = { code: 'issue.type', params: { expected: 'object' } } as const;
  return refused('invalid_payload', 'body', expected);
}

const LISTS = {
  blocks: ['invalid_blocks', 'invalid_blocks', BLOCKS_MAX],
  attachments: ['invalid_payload', 'too_many_attachments', ATTACHMENTS_MAX],
} as const satisfies Record<string, readonly [wrong: SlackFault, many: SlackFault, max: number]>;

/** Returns a payload in which everything can be read. A list may be JSON, as to Slack's API. */
function payloadOf(given: Json): Result<Json> {
  const payload = { ...given };
  for (const [field, [wrong, many, max]] of Object.entries(LISTS)) {
    const value = payload[field];
    if (typeof value === 'string' && value.trim() !== '') {
      const parsed = parseJson(value, field);
      if (!parsed.ok) return worded(wrong, parsed);
      payload[field] = parsed.value;
    }
    const list = payload[field];
    if (Array.isArray(list) && list.length > max) return tooMany(many, field, max);
  }
  const read = payloadInput.safeParse(payload);
  if (read.success) return ok(payload);
  const isOfBlocks = read.error.issues[0]?.path.includes('blocks') ?? false;
  return worded(isOfBlocks ? 'invalid_blocks' : 'invalid_payload', invalidInput(read.error));
}

function wordsOf(payload: Json, messages: IngestContext['messages']): Result<MessageWords> {
  const blocks = recordsIn(payload['blocks']);
  const attachments = recordsIn(payload['attachments']);
  const within = attachments.flatMap((attachment) => recordsIn(attachment['blocks']));
  const title = titleOf([...blocks, ...within], attachments);
  const shown = blocks.map(blockText).filter((line) => line !== title);
  // Beside blocks, the text is only what a notification would show.
  const main = shown.some(Boolean) ? shown : [textIn(payload['text'])];
  const others = attachments.map((attachment) => {
    const own = textIn(attachment['title']);
    const lines = [own, ...attachmentLines(attachment)];
    return lines.filter((line) => line !== '' && line !== title).join('\n');
  });
  const parts = [...attachments, ...blocks, ...within];
  const image = parts.map(({ image_url: url }) => trimmedText(url)).find(Boolean);
  const said = [main.filter(Boolean).join('\n'), ...others].filter(Boolean).join('\n\n');
  const text = said || title || buttonTexts(parts) || onlyPicture(image, messages);
  if (text === '') return refused('no_text', 'text', { code: 'issue.empty', params: {} });
  const files = recordsIn(payload['files']).map(({ name }) => trimmedText(name));
  const colours = attachments.map(({ color }) => trimmedText(color));
  const username = trimmedText(payload['username'] ?? payload['alias']);
  const channel = trimmedText(payload['channel']).replace(/^[#@]/, '');
  return ok({
    topic: username || channel,
    title,
    text: withFiles(text, files, messages),
    severity: severityOfMessage(colours, `${title}\n${trimmedText(payload['text'])}\n${text}`),
    labels: { username, channel },
    annotations: image === undefined ? {} : { [PICTURE_ANNOTATION]: image },
    urls: [
      ...attachments.map(({ title_link: link }) => trimmedText(link)),
      ...buttonLinks(parts),
      ...linksOf(trimmedText(payload['text'])),
      ...attachments.flatMap(({ text: words }) => linksOf(trimmedText(words))),
    ],
  });
}
