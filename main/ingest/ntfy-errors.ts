import type { IngestAnswer, IngestRefusal } from './adapter.ts';

/** ntfy's own errors (server/errors.go of v2.13): its clients show the text and act on the code. */
const PUBLISH = 'https://ntfy.sh/docs/publish/';

interface NtfyError {
  readonly code: number;
  readonly error: string;
  readonly link?: string;
}

export const NTFY_ERRORS = {
  emailDisabled: {
    code: 40001,
    error: 'e-mail notifications are not enabled',
    link: 'https://ntfy.sh/docs/config/#e-mail-notifications',
  },
  delayNoCache: { code: 40002, error: 'cannot disable cache for delayed message' },
  delayUnreadable: {
    code: 40004,
    error: 'invalid delay parameter: unable to parse delay',
    link: `${PUBLISH}#scheduled-delivery`,
  },
  delayTooSmall: {
    code: 40005,
    error: 'invalid delay parameter: too small, please refer to the docs',
    link: `${PUBLISH}#scheduled-delivery`,
  },
  delayTooLarge: {
    code: 40006,
    error: 'invalid delay parameter: too large, please refer to the docs',
    link: `${PUBLISH}#scheduled-delivery`,
  },
  priority: {
    code: 40007,
    error: 'invalid priority parameter',
    link: `${PUBLISH}#message-priority`,
  },
  topic: { code: 40009, error: 'invalid request: topic invalid' },
  notUtf8: { code: 40011, error: 'invalid request: message must be UTF-8 encoded' },
  attachUrl: {
    code: 40013,
    error: 'invalid request: attachment URL is invalid',
    link: `${PUBLISH}#attachments`,
  },
  iconUrl: {
    code: 40021,
    error: 'invalid request: icon URL is invalid',
    link: `${PUBLISH}#icons`,
  },
  json: { code: 40024, error: 'invalid request: request body must be valid JSON' },
  callsDisabled: {
    code: 40032,
    error: 'invalid request: calling is disabled',
    link: 'https://ntfy.sh/docs/config/#phone-calls',
  },
  sequenceId: { code: 40049, error: 'invalid request: sequence ID invalid' },
} as const satisfies Record<string, NtfyError>;

const OF_REASON: Record<IngestRefusal, { readonly http: number } & NtfyError> = {
  invalid: { http: 400, code: 40000, error: 'invalid request' },
  unauthenticated: {
    http: 401,
    code: 40101,
    error: 'unauthorized',
    link: `${PUBLISH}#authentication`,
  },
  forbidden: { http: 403, code: 40301, error: 'forbidden', link: `${PUBLISH}#authentication` },
  unknown: { http: 404, code: 40401, error: 'page not found' },
  too_large: { http: 413, code: 41303, error: 'request entity too large' },
  unsupported: { http: 415, code: 41501, error: 'unsupported media type' },
  unavailable: { http: 503, code: 50001, error: 'internal server error' },
};

/** Answers with ntfy's own errors; other texts follow its general ones. */
export function ntfyRefusal(reason: IngestRefusal, message: string): IngestAnswer {
  const { http, ...general } = OF_REASON[reason];
  const known = Object.values<NtfyError>(NTFY_ERRORS).find(({ error }) => error === message);
  const ours = message === '' ? general.error : `${general.error}; ${message}`;
  const { code, error, link } = known ?? { ...general, error: ours };
  return { status: http, body: { code, http, error, ...(link === undefined ? {} : { link }) } };
}
