import { z } from 'zod';
import { tokenIn } from '../base/authorization.ts';
import type { Severity } from '../contract/primitives.ts';
import { ok, type Result } from '../contract/result.ts';
import { shortIdOf } from '../domain/inbound-message.ts';
import { isTooDeep, TOO_DEEP } from '../domain/json-text.ts';
import { PICTURE_ANNOTATION } from '../contract/alert-picture.ts';
import { isPictureName } from '../domain/picture-annotation.ts';
import { refuse, refuseField, worded } from '../messages/failures.ts';
import type { Messages } from '../messages/messages.ts';
import {
  routesAt,
  type IngestAdapter,
  type IngestContext,
  type IngestHead,
  type IngestReading,
  type IngestRequest,
  type IngestAnswer,
  type IngestRefusal,
} from './adapter.ts';
import { firstOf, parsedItems, textUnlessFile } from './body.ts';
import { inboundMessage } from './message.ts';
import { DELAY_MAX_MS, DELAY_MIN_MS, delayedUntil } from './ntfy-delay.ts';
import { ntfyParams, type NtfyParams } from './ntfy-params.ts';

const NAME = '[-_A-Za-z0-9]{1,64}';
const TOPIC = `/:topic(^${NAME}$)`;
const MESSAGE = `${TOPIC}/:sequence(^${NAME}$)`;
/** Marks a message as read; ntfy knows both names. */
const CLEARING = new Set([`${MESSAGE}/clear`, `${MESSAGE}/read`]);
const isName = (text: string): boolean => new RegExp(`^${NAME}$`).test(text);

/** The time for which ntfy itself would keep a message; its clients require one. */
const EXPIRY_SECONDS = 12 * 3_600;

/** The names of the priorities from 1 on. */
const PRIORITIES = ['1|min', '2|low', '|3|default', '4|high', '5|max|urgent'];

/** Returns 0 for an unknown one. */
const priorityOf = (word: string): number =>
  PRIORITIES.findIndex((names) => names.split('|').includes(word.toLowerCase())) + 1;

const severityOf = (priority: number): Severity =>
  priority === 5 ? 'critical' : priority === 4 ? 'warning' : 'info';

const isYes = (word: string): boolean => ['1', 'yes', 'true'].includes(word.toLowerCase());

const publishedJson = z.object({
  topic: z.string().optional(),
  message: z.string().nullish(),
  title: z.string().nullish(),
  priority: z.int().nullish(),
  tags: z.array(z.string()).nullish(),
  click: z.string().nullish(),
  icon: z.string().nullish(),
  attach: z.string().nullish(),
  filename: z.string().nullish(),
  markdown: z.boolean().nullish(),
  actions: z.array(z.unknown()).nullish(),
  delay: z.string().nullish(),
  email: z.string().nullish(),
  call: z.string().nullish(),
  cache: z.string().nullish(),
  sequence_id: z.string().nullish(),
});

/** An action that opens an address. */
const viewAction = z.object({ action: z.literal('view'), url: z.string() });

/** A request to publish, however it was written. */
interface Publication {
  readonly topic: string;
  readonly params: NtfyParams;
  readonly body: Buffer;
  /** The body as text; null when it is none. */
  readonly text: string | null;
  /** The addresses of its actions, for senders that have no other link. */
  readonly views?: readonly string[];
}

const refused = (fault: keyof typeof NTFY_ERRORS): Result<never> =>
  worded(NTFY_ERRORS[fault][1], refuse('invalid_input', { code: 'error.ntfy', params: { fault } }));

/** Reads JSON in the place of headers; as in ntfy, headers fill in what it leaves out. */
function fromJson(request: IngestRequest): Result<Publication> {
  const body = parsedItems(request);
  if (body.ok && isTooDeep(body.value)) {
    return refuseField('invalid_input', 'body', TOO_DEEP);
  }
  const parsed = body.ok ? publishedJson.safeParse(body.value) : null;
  if (!parsed?.success) return refused('json');
  const { topic = '', message, priority, tags, markdown, actions, ...rest } = parsed.data;
  if (!isName(topic)) return refused('topic');
  const said = {
    ...rest,
    sequenceId: rest.sequence_id,
    priority: priority ? String(priority) : '',
    tags: tags?.join(','),
    markdown: markdown ? 'yes' : '',
    actions: actions?.length ? JSON.stringify(actions) : '',
  };
  const given = Object.entries(said).filter(([, value]) => value);
  const params = { ...ntfyParams(request), ...Object.fromEntries(given) } as NtfyParams;
  const views = (actions ?? []).flatMap((action) => viewAction.safeParse(action).data?.url ?? []);
  return ok({ topic, params, body: Buffer.from(message ?? ''), text: message ?? '', views });
}

function publicationOf(request: IngestRequest): Result<Publication> {
  const { topic, sequence } = request.params;
  if (topic === undefined) return fromJson(request);
  const params = ntfyParams(request);
  const body = request.verb === 'GET' ? Buffer.alloc(0) : request.raw;
  return ok({
    topic,
    params: sequence === undefined ? params : { ...params, sequenceId: sequence },
    body,
    text: textUnlessFile(body, request),
  });
}

/** Returns the fault for which ntfy would refuse it; null without one. */
function faultOf(params: NtfyParams): keyof typeof NTFY_ERRORS | null {
  const { attach, icon, email, call, priority, sequenceId, delay, cache } = params;
  if (attach !== '' && !/^https?:\/\//.test(attach)) return 'attachUrl';
  if (icon !== '' && !/^https?:\/\//.test(icon)) return 'iconUrl';
  if (email !== '') return 'emailDisabled';
  if (call !== '') return 'callsDisabled';
  if (priorityOf(priority) === 0) return 'priority';
  if (delay !== '' && cache !== '' && !isYes(cache)) return 'delayNoCache';
  if (sequenceId !== '' && !isName(sequenceId)) return 'sequenceId';
  return null;
}

const MARKDOWN = 'text/markdown';

interface Words {
  readonly text: string;
  /** The file that was sent or linked; null without one. */
  readonly attachment: {
    readonly name: string;
    readonly size?: number;
    readonly url?: string;
  } | null;
}

/** Returns the last part of an address, the name of its file. */
const fileIn = (url: string): string =>
  (URL.canParse(url) ? new URL(url).pathname.split('/').at(-1) : '') || 'attachment';

/** Returns the annotation for a file that was linked and is a picture by its name or its address. */
const pictureIn = (attachment: Words['attachment']): Record<string, string> => {
  const { name, url } = attachment ?? {};
  return url !== undefined && [name ?? '', fileIn(url)].some(isPictureName)
    ? { [PICTURE_ANNOTATION]: url }
    : {};
};

/** Says in the text, and in the answer, that there was a file, whose bytes are not kept. */
function withAttachment(text: string, name: string, size: number, messages: Messages): Words {
  const said = messages.text('message.files.droppedSize', { name, size: String(size) });
  const body = text || messages.text('message.files.received', { name });
  return { text: `${body}\n${said}`, attachment: { name, size } };
}

/** Returns the body as the text, unless it is a file: by its name, or because it is no text. */
function textsOf({ params, body, text }: Publication, messages: Messages): Result<Words> {
  const { attach, filename } = params;
  const said = params.message.replaceAll('\\n', '\n');
  if (attach === '' && body.length > 0 && (filename !== '' || text === null)) {
    return ok(withAttachment(said, filename || 'attachment.bin', body.length, messages));
  }
  if (text === null) return refused('notUtf8');
  const words = text.trim() || said;
  if (attach === '') return ok({ text: words || 'triggered', attachment: null });
  const name = filename || fileIn(attach);
  const shown = words || messages.text('message.files.received', { name });
  return ok({ text: shown, attachment: { name, url: attach } });
}

/** Returns undefined for a message that is to be sent at once. */
function momentOf({ delay }: NtfyParams, now: number): Result<number | undefined> {
  if (delay === '') return ok(undefined);
  const moment = delayedUntil(delay, now);
  if (moment === null) return refused('delayUnreadable');
  if (moment < now + DELAY_MIN_MS) return refused('delayTooSmall');
  return moment > now + DELAY_MAX_MS ? refused('delayTooLarge') : ok(moment);
}

/** Requests that withdraw a message; as in ntfy, the answer does not say if there was one. */
const WITHDRAWALS = {
  message_delete: { code: 'event.message_deleted', params: {} },
  message_clear: { code: 'event.message_cleared', params: {} },
} as const;

function withdrawn(
  event: keyof typeof WITHDRAWALS,
  { topic = '', sequence = '' }: IngestRequest['params'],
  { now, source }: IngestContext,
): IngestReading {
  const time = Math.floor(now / 1_000);
  const expires = time + EXPIRY_SECONDS;
  const id = shortIdOf(`${source} ${topic} ${sequence} ${event}`, now);
  return {
    events: [],
    problems: [],
    withdrawal: { source, topic, id: sequence, reason: WITHDRAWALS[event] },
    echo: { id, time, expires, event, topic, sequence_id: sequence },
  };
}

function read(request: IngestRequest, context: IngestContext): Result<IngestReading> {
  if (request.verb === 'DELETE') return ok(withdrawn('message_delete', request.params, context));
  if (CLEARING.has(request.path)) return ok(withdrawn('message_clear', request.params, context));
  return readPublication(request, context);
}

function readPublication(request: IngestRequest, context: IngestContext): Result<IngestReading> {
  const published = publicationOf(request);
  if (!published.ok) return published;
  const { topic, params, views = [] } = published.value;
  const fault = faultOf(params);
  if (fault) return refused(fault);
  const words = textsOf(published.value, context.messages);
  if (!words.ok) return words;
  const moment = momentOf(params, context.now);
  if (!moment.ok) return moment;
  const priority = priorityOf(params.priority);
  const { text, attachment } = words.value;
  const isMarkdown =
    isYes(params.markdown) || firstOf(request.headers['content-type']) === MARKDOWN;
  const format = isMarkdown ? { content_type: MARKDOWN } : {};
  const tags = params.tags.split(',').map((tag) => tag.trim());
  const given = {
    topic,
    title: params.title,
    text,
    severity: severityOf(priority),
    labels: { priority: String(priority), tags: tags.filter((tag) => tag !== '').join(',') },
    annotations: {
      ...format,
      ...pictureIn(attachment),
      ...(params.actions === '' ? {} : { actions: params.actions }),
    },
    urls: [params.click, params.attach, ...views],
    sequenceId: params.sequenceId || undefined,
    notBefore: moment.value,
  };
  const message = inboundMessage(given, request, context);
  const seconds = Math.floor((moment.value ?? context.now) / 1_000);
  const echo = {
    time: seconds,
    expires: seconds + EXPIRY_SECONDS,
    event: 'message',
    topic,
    ...(message.title === '' ? {} : { title: message.title }),
    message: message.text,
    ...(params.priority === '' ? {} : { priority }),
    ...(message.labels['tags'] === undefined ? {} : { tags: message.labels['tags'].split(',') }),
    ...(params.click === '' ? {} : { click: params.click }),
    ...(params.icon === '' ? {} : { icon: params.icon }),
    ...(attachment === null ? {} : { attachment }),
    ...format,
  };
  return ok({ events: [], problems: [], messages: [message], echo });
}

/** `?auth=`: a whole Authorization header in base64url, for senders that can set none. */
function tokenInAuth({ query }: IngestHead): string | null {
  const auth = firstOf(query['auth']) ?? '';
  return auth === '' ? null : tokenIn(Buffer.from(auth, 'base64url').toString('utf8'), true);
}

/**
 * ntfy (https://docs.ntfy.sh/publish/): a topic in the path with the message as body, headers or query
 * for the rest; JSON at `/`; GET for senders that know nothing else. Delayed messages wait here and can be taken back,
 * files are named and not kept, and what would be too long for ntfy is taken.
 */
export const ntfy: IngestAdapter = {
  name: 'ntfy',
  routes: [
    ...routesAt('/', 'POST', 'PUT'),
    ...routesAt(TOPIC, 'POST', 'PUT'),
    ...routesAt(MESSAGE, 'POST', 'PUT', 'DELETE'),
    ...[...CLEARING].flatMap((path) => routesAt(path, 'PUT')),
    ...['publish', 'send', 'trigger'].flatMap((verb) => routesAt(`${TOPIC}/${verb}`, 'GET')),
  ],
  probes: [
    { path: '/v1/health', answer: (isReady) => ({ status: 200, body: { healthy: isReady } }) },
  ],
  credential: tokenInAuth,
  read,
  accept: ({ messages = [], echo }, [stored]) => ({
    status: 200,
    body: {
      ...(stored ? { id: stored.shortId } : {}),
      ...((messages[0]?.sequenceId ?? null) === null ? {} : { sequence_id: stored?.sequenceId }),
      ...echo,
    },
  }),
  refuse: ntfyRefusal,
};

/** ntfy's own errors (server/errors.go of v2.13): its clients show the text and act on the code. */
const PUBLISH = 'https://ntfy.sh/docs/publish/';
const CONFIG = 'https://ntfy.sh/docs/config/';
const DELAY = 'invalid delay parameter:';
const LATER = `${PUBLISH}#scheduled-delivery`;
const AUTHENTICATION = `${PUBLISH}#authentication`;

type NtfyError = readonly [code: number, text: string, link?: string];

const NTFY_ERRORS = {
  emailDisabled: [40001, 'e-mail notifications are not enabled', `${CONFIG}#e-mail-notifications`],
  delayNoCache: [40002, 'cannot disable cache for delayed message'],
  delayUnreadable: [40004, `${DELAY} unable to parse delay`, LATER],
  delayTooSmall: [40005, `${DELAY} too small, please refer to the docs`, LATER],
  delayTooLarge: [40006, `${DELAY} too large, please refer to the docs`, LATER],
  priority: [40007, 'invalid priority parameter', `${PUBLISH}#message-priority`],
  topic: [40009, 'invalid request: topic invalid'],
  notUtf8: [40011, 'invalid request: message must be UTF-8 encoded'],
  attachUrl: [40013, 'invalid request: attachment URL is invalid', `${PUBLISH}#attachments`],
  iconUrl: [40021, 'invalid request: icon URL is invalid', `${PUBLISH}#icons`],
  json: [40024, 'invalid request: request body must be valid JSON'],
  callsDisabled: [40032, 'invalid request: calling is disabled', `${CONFIG}#phone-calls`],
  sequenceId: [40049, 'invalid request: sequence ID invalid'],
} as const satisfies Record<string, NtfyError>;

const OF_REASON: Record<IngestRefusal, readonly [http: number, ...NtfyError]> = {
  invalid: [400, 40000, 'invalid request'],
  unauthenticated: [401, 40101, 'unauthorized', AUTHENTICATION],
  forbidden: [403, 40301, 'forbidden', AUTHENTICATION],
  unknown: [404, 40401, 'page not found'],
  too_large: [413, 41303, 'request entity too large'],
  unsupported: [415, 41501, 'unsupported media type'],
  unavailable: [503, 50001, 'internal server error'],
};

/** Answers with ntfy's own errors; other texts follow its general ones. */
function ntfyRefusal(reason: IngestRefusal, message: string): IngestAnswer {
  const [http, ...general] = OF_REASON[reason];
  const known = Object.values<NtfyError>(NTFY_ERRORS).find(([, text]) => text === message);
  const [code, text, link] = known ?? general;
  const error = known || message === '' ? text : `${text}; ${message}`;
  return { status: http, body: { code, http, error, ...(link === undefined ? {} : { link }) } };
}
