import { LIMITS } from '../contract/limits.ts';
import type { Severity } from '../contract/primitives.ts';
import { ok, type Result } from '../contract/result.ts';
import { boundedLog, boundedText } from '../domain/bounded-text.ts';
import type { InboundMessage } from '../domain/inbound-message.ts';
import type { Messages } from '../messages/messages.ts';
import type { IngestContext, IngestHead, IngestReading } from './adapter.ts';
import { firstOf } from './body.ts';
import {
  boundedAnnotations,
  boundedLabels,
  boundedMessage,
  boundedName,
  httpLink,
  severityIn,
} from './event.ts';

/** A message as a wire format reads it; unknown parts are left out. */
export interface MessageWords {
  /** The source when left out, as the only name that there is. */
  readonly topic?: string | undefined;
  readonly title?: string | undefined;
  readonly text: string;
  readonly severity: Severity;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  /** The first of these that a person may follow. */
  readonly urls?: readonly (string | undefined)[];
  readonly sequenceId?: string | undefined;
  readonly isRecovery?: boolean;
  readonly notBefore?: number | undefined;
}

/** A title is a line, and one that fills a screen is none. */
const TITLE_CHARS_MAX = 500;
const IDEMPOTENCY_KEY_CHARS_MAX = 255;

/** Returns the key by which a sender marks its repeats: the IETF's header, or that of Standard Webhooks. */
const idempotencyKeyOf = ({ headers }: Pick<IngestHead, 'headers'>): string | null => {
  const key = firstOf(headers['idempotency-key']) ?? firstOf(headers['webhook-id']) ?? '';
  return key === '' || key.length > IDEMPOTENCY_KEY_CHARS_MAX ? null : key;
};

/** Returns a message within its limits; what is too long is cut with a mark. */
export function inboundMessage(
  words: MessageWords,
  request: Pick<IngestHead, 'headers'>,
  context: Pick<IngestContext, 'source'>,
): InboundMessage {
  return {
    source: context.source,
    topic: boundedName(words.topic || context.source),
    title: boundedText(words.title?.trim() ?? '', TITLE_CHARS_MAX),
    text: boundedMessage(words.text),
    severity: words.severity,
    // Topic and title come on top of these.
    labels: boundedLabels(Object.entries(words.labels ?? {}), LIMITS.labelsMax - 2),
    annotations: boundedAnnotations(words.annotations ?? {}),
    url: httpLink(...(words.urls ?? [])),
    sequenceId: words.sequenceId ?? null,
    idempotencyKey: idempotencyKeyOf(request),
    isRecovery: words.isRecovery ?? false,
    notBefore: words.notBefore ?? null,
  };
}

/** Reads a severity; senders that name none report everyday things. */
export const messageSeverity = severityIn(
  { critical: ['critical', 'failure', 'error'], warning: ['warning'] },
  'info',
);

/** Returns the reading of a request with one message. */
export const oneMessage = (
  words: MessageWords,
  request: IngestHead,
  context: IngestContext,
  echo: Readonly<Record<string, unknown>> = {},
): Result<IngestReading> =>
  ok({ events: [], problems: [], messages: [inboundMessage(words, request, context)], echo });

/** Adds to a text that files came along, which are not kept. */
export function withFiles(text: string, files: readonly string[], messages: Messages): string {
  if (files.length === 0) return text;
  const names = files.map((name) => name || messages.text('message.files.unnamed'));
  const said = messages.text('message.files.dropped', { files: names.join(', ') });
  return text === '' ? said : `${boundedLog(text, LIMITS.messageCharsMax / 2)}\n\n${said}`;
}

/** Returns the text of a message that is nothing but a picture; '' without one. */
export const onlyPicture = (url: string | undefined, messages: Messages): string =>
  url ? messages.text('message.pictureOnly') : '';

/** Returns the token that a path holds, for services whose addresses are the credential. */
export const tokenInPath = ({ params }: IngestHead): string | null => params['token'] || null;

/** `?token=`, for senders that can set no header. */
export const tokenInQuery = ({ query }: IngestHead): string | null =>
  firstOf(query['token']) || null;
