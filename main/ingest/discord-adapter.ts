import { z } from 'zod';
import { ok, type Result } from '../contract/result.ts';
import { invalidInput } from '../domain/issues.ts';
import { parseJson } from '../domain/json-text.ts';
import { PICTURE_ANNOTATION } from '../contract/alert-picture.ts';
import { refuse, refuseField, worded } from '../messages/failures.ts';
import {
  REFUSAL_STATUS,
  routesAt,
  type IngestAdapter,
  type IngestContext,
  type IngestReading,
  type IngestRefusal,
  type IngestRequest,
} from './adapter.ts';
import {
  fieldsOf,
  firstOf,
  isRecord,
  listField,
  recordsIn,
  textField,
  trimmedText,
  unlessEmpty,
  valueText,
} from './body.ts';
import {
  componentInput,
  componentTexts,
  flatComponents,
  labelsOf,
  picturesOf,
} from './discord-components.ts';
import { onlyPicture, oneMessage, tokenInPath, withFiles, type MessageWords } from './message.ts';
import { severityOfMessage } from './message-severity.ts';
import { linksOf, plainMrkdwn } from './plain-mrkdwn.ts';
import { readSlackMessage } from './slack-message.ts';

const WEBHOOK = '/api/webhooks/:id/:token';
const SLACK = `${WEBHOOK}/slack`;
const GITHUB = `${WEBHOOK}/github`;

/** As many as Discord takes. */
const EMBEDS_MAX = 10;
const PLAIN = 'text/plain; charset=utf-8';

/** The yellow with which Sonarr, Radarr and their relatives mark what is ordinary. */
const ORDINARY = 0xffc230;

type Json = Readonly<Record<string, unknown>>;

/** Returns text without markup: a moment as its date, an emoji as its name. */
const plain = (value: unknown): string =>
  plainMrkdwn(
    trimmedText(value)
      .replaceAll(/<t:(\d{1,11})(?::[tTdDfFR])?>/g, (_mark, seconds: string) =>
        new Date(Number(seconds) * 1_000).toISOString(),
      )
      .replaceAll(/<a?:(\w{1,64}):\d{1,20}>/g, ':$1:'),
  );

const partOf = (embed: Json, part: string, field: string): string => {
  const value = embed[part];
  return isRecord(value) ? plain(value[field]) : '';
};

/** Returns what an embed says, line by line. */
const embedLines = (embed: Json): string[] => [
  partOf(embed, 'author', 'name'),
  plain(embed['title']),
  plain(embed['description']),
  ...recordsIn(embed['fields']).map(({ name, value }) =>
    [plain(name), plain(value)].filter(Boolean).join(': '),
  ),
  partOf(embed, 'footer', 'text'),
];

/** Returns the addresses of the pictures of embeds, large ones first. */
const embedPictures = (embeds: readonly Json[]): string[] =>
  ['image', 'thumbnail'].flatMap((part) =>
    recordsIn(embeds.map((embed) => embed[part])).map(({ url }) => trimmedText(url)),
  );

const lines = (texts: readonly string[]): string => texts.filter(Boolean).join('\n');

/** A payload in which everything is read; any other is refused, as by Discord, so that nothing is left out. */
const payloadInput = z.object({
  content: textField,
  embeds: listField(
    z.object({
      title: textField,
      description: textField,
      author: unlessEmpty(z.object({ name: textField })),
      footer: unlessEmpty(z.object({ text: textField })),
      fields: listField(z.object({ name: textField, value: textField })),
    }),
  ),
  components: listField(componentInput),
});

/** Refuses in Discord's words. */
const refused = (fault: keyof typeof FAULTS, ...why: Parameters<typeof refuseField>) =>
  worded(FAULTS[fault][1], refuseField(...why));

interface Payload {
  readonly values: Json;
  readonly files: readonly string[];
}

/** Returns the payload: JSON or a form, whose field `payload_json` takes the place of the others. */
async function payloadOf(request: IngestRequest): Promise<Result<Payload>> {
  const body = await fieldsOf(request);
  if (!body.ok) return worded(FAULTS.json[1], body);
  const text = valueText(body.value.values['payload_json']);
  if (text === undefined) return body;
  const parsed = parseJson(text, 'payload_json');
  if (!parsed.ok) return worded(FAULTS.json[1], parsed);
  return ok({ values: isRecord(parsed.value) ? parsed.value : {}, files: body.value.files });
}

function wordsOf({ values, files }: Payload, { messages }: IngestContext): Result<MessageWords> {
  const embeds = recordsIn(values['embeds']);
  if (embeds.length > EMBEDS_MAX) {
    const max = String(EMBEDS_MAX);
    return refused('form', 'invalid_input', 'embeds', { code: 'issue.items_max', params: { max } });
  }
  const read = payloadInput.safeParse(values);
  if (!read.success) return worded(FAULTS.form[1], invalidInput(read.error));
  const components = flatComponents(recordsIn(values['components']));
  const title = plain(embeds.find((embed) => embed['title'])?.['title']);
  const content = plain(values['content']);
  const texts = embeds.map((embed) =>
    embedLines(embed)
      .filter((line) => line !== '' && line !== title)
      .join('\n'),
  );
  const said = [content, ...texts, lines(componentTexts(components).map(plain))]
    .filter(Boolean)
    .join('\n\n');
  const pictures = [...embedPictures(embeds), ...picturesOf(components)].filter(Boolean);
  const text =
    withFiles(said, files, messages) ||
    title ||
    lines(labelsOf(components)) ||
    onlyPicture(pictures[0], messages);
  if (text === '') {
    return refused('empty', 'invalid_input', 'content', { code: 'issue.empty', params: {} });
  }
  const username = trimmedText(values['username']);
  const image = pictures.find((url) => /^https?:/i.test(url));
  const colours = [...embeds, ...components]
    .map(({ color, accent_color: accent }) => color ?? accent)
    .map((color) => (color === ORDINARY ? '' : trimmedText(color)));
  return ok({
    topic: username || embeds.map((embed) => partOf(embed, 'author', 'name')).find(Boolean),
    title,
    text,
    severity: severityOfMessage(
      colours.map((colour) => (colour === '' ? '' : Number(colour))),
      `${title}\n${text}`,
    ),
    labels: { username },
    annotations: image === undefined ? {} : { [PICTURE_ANNOTATION]: image },
    urls: [
      ...embeds.map(({ url }) => trimmedText(url)),
      ...components.map(({ url }) => trimmedText(url)),
      ...linksOf(trimmedText(values['content'])),
      ...embeds.flatMap(({ description }) => linksOf(trimmedText(description))),
      ...componentTexts(components).flatMap(linksOf),
    ],
  });
}

/** Returns the message object with which `?wait=true` is answered, without its id. */
function messageObject({ values }: Payload, { params }: IngestRequest, { now }: IngestContext) {
  const webhook = params['id'] ?? '';
  const author = { id: webhook, username: trimmedText(values['username']), bot: true };
  return {
    type: 0,
    content: trimmedText(values['content']),
    channel_id: webhook,
    author: { ...author, avatar: null, discriminator: '0000' },
    embeds: recordsIn(values['embeds']),
    components: recordsIn(values['components']),
    attachments: [],
    mentions: [],
    mention_roles: [],
    mention_everyone: false,
    pinned: false,
    tts: false,
    flags: 0,
    timestamp: new Date(now).toISOString(),
    edited_timestamp: null,
    webhook_id: webhook,
  };
}

/** Returns the webhook with which a GET is answered, without the token, which its sender has. */
const webhookObject = ({ params }: IngestRequest) => ({
  id: params['id'],
  type: 1,
  name: 'Belfry',
  avatar: null,
  channel_id: params['id'],
  guild_id: null,
  application_id: null,
});

async function read(
  request: IngestRequest,
  context: IngestContext,
): Promise<Result<IngestReading>> {
  if (request.verb === 'GET') {
    return ok({ events: [], problems: [], echo: { webhook: webhookObject(request) } });
  }
  if (request.path === GITHUB) {
    return refuse('invalid_input', { code: 'error.github_format', params: {} });
  }
  if (request.path === SLACK) {
    const reading = await readSlackMessage(request, context);
    if (reading.ok) return ok({ ...reading.value, echo: { isSlack: true } });
    const isEmpty = reading.error.message === 'no_text';
    return worded(FAULTS[isEmpty ? 'empty' : 'form'][1], reading);
  }
  const payload = await payloadOf(request);
  if (!payload.ok) return payload;
  const words = wordsOf(payload.value, context);
  if (!words.ok) return words;
  const isAwaited = firstOf(request.query['wait']) === 'true';
  const echo = isAwaited ? { message: messageObject(payload.value, request, context) } : {};
  return oneMessage(words.value, request, context, echo);
}

/** Discord's own errors (https://discord.com/developers/docs/topics/opcodes-and-status-codes#json). */
const FAULTS = {
  empty: [50_006, 'Cannot send an empty message'],
  form: [50_035, 'Invalid Form Body'],
  json: [50_109, 'The request body contains invalid JSON.'],
} as const;

const OF_REASON: Readonly<Partial<Record<IngestRefusal, readonly [code: number, text: string]>>> = {
  unauthenticated: [50_027, 'Invalid Webhook Token'],
  forbidden: [50_013, 'Missing Permissions'],
  unknown: [10_015, 'Unknown Webhook'],
};

/**
 * Discord's webhooks, `POST /api/webhooks/<id>/<token>` (https://discord.com/developers/docs/resources/webhook):
 * JSON, a form, or a multipart form with `payload_json`, with content, embeds and components; below `/slack` Slack's
 * payload, while GitHub's below `/github` is refused. What would be too long for Discord is taken. A GET, with
 * which clients check a webhook, is answered with it.
 */
export const discord: IngestAdapter = {
  name: 'discord',
  routes: [
    ...routesAt(WEBHOOK, 'GET', 'POST'),
    ...routesAt(SLACK, 'POST'),
    ...routesAt(GITHUB, 'POST'),
  ],
  credential: tokenInPath,
  read,
  accept({ echo }, [stored]) {
    const webhook = echo?.['webhook'];
    if (isRecord(webhook)) return { status: 200, body: webhook };
    if (echo?.['isSlack']) return { status: 200, body: 'ok', contentType: PLAIN };
    const message = echo?.['message'];
    return isRecord(message)
      ? { status: 200, body: { id: String(stored?.number ?? ''), ...message } }
      : { status: 204, body: null };
  },
  refuse(reason, message) {
    const known = Object.values(FAULTS).find(([, text]) => text === message);
    const [code, text] = OF_REASON[reason] ?? known ?? [0, message];
    return { status: REFUSAL_STATUS[reason], body: { message: text, code } };
  },
};
