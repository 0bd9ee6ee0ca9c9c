import type { IngestAnswer, IngestRefusal } from './adapter.ts';

/** ntfy's own errors (server/errors.go of v2.13): its clients show the text and act on the code. */
const PUBLISH = 'https://ntfy.sh/docs/publish/';
const CONFIG = 'https://ntfy.sh/docs/config/';
const DELAY = 'invalid delay parameter:';
const LATER = `${PUBLISH}#scheduled-delivery`;
const AUTHENTICATION = `${PUBLISH}#authentication`;

type NtfyError = readonly [code: number, text: string, link?: string];

export const NTFY_ERRORS = {
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
export function ntfyRefusal(reason: IngestRefusal, message: string): IngestAnswer {
  const [http, ...general] = OF_REASON[reason];
  const known = Object.values<NtfyError>(NTFY_ERRORS).find(([, text]) => text === message);
  const [code, text, link] = known ?? general;
  const error = known || message === '' ? text : `${text}; ${message}`;
  return { status: http, body: { code, http, error, ...(link === undefined ? {} : { link }) } };
}
