import { z } from 'zod';
import type { GotifyConfig } from '../contract/channel-kinds/gotify-config.ts';
import { boundedText } from '../domain/bounded-text.ts';
import type { Outcome } from '../domain/outcome.ts';
import { answerJson, namesField } from './answer-json.ts';
import { originOf } from './capability-url.ts';
import { secretsOf } from './config-secrets.ts';
import { clickOf, readableText, type ChannelAdapter, type Delivery } from './channel-adapter.ts';
import { firingSeverity } from './firing.ts';
import type { HttpAnswer, HttpClient } from './http-client.ts';
import { deliverByHttp, requestSummary, withoutSlash } from './http-delivery.ts';
import { httpStatus, isSuccess, notFrom, refusedFor } from './http-outcome.ts';

/** Gotify has no limit of its own; more than this no phone shows. */
const MESSAGE_CHARS_MAX = 16_000;
const TITLE_CHARS_MAX = 500;

/** Its Android app makes a sound from 4 on and insists from 8 on. */
const PRIORITIES = { info: 2, warning: 5, critical: 8 } as const;
/** In the drawer without a sound. */
const QUIET = 1;

const refusal = z.object({ errorDescription: z.string() });

/** Extras of the message: https://gotify.net/docs/msgextras */
function bodyOf(delivery: Delivery): string {
  const { title, body } = readableText(delivery);
  const firing = firingSeverity(delivery);
  const click = clickOf(delivery);
  return JSON.stringify({
    title: boundedText(title, TITLE_CHARS_MAX),
    // It takes no empty message.
    message: body === '' ? title : boundedText(body, MESSAGE_CHARS_MAX),
    priority: firing === null ? QUIET : PRIORITIES[firing],
    extras: {
      'client::display': { contentType: 'text/plain' },
      ...(click !== null && { 'client::notification': { click: { url: click } } }),
    },
  });
}

function meaningOf(answer: HttpAnswer): Outcome | null {
  if (isSuccess(answer)) {
    return namesField(answer, 'id') ? null : notFrom('Gotify', ['gotify.server'], answer);
  }
  const text = answerJson(answer, refusal)?.errorDescription;
  const status = httpStatus(answer);
  const params = (...fields: readonly string[]) => ({ service: 'Gotify', status, fields });
  switch (answer.statusCode) {
    case 400:
      return refusedFor('rejected', { code: 'failure.rejected', params: params() }, answer, text);
    case 401:
    case 403: {
      const reason = {
        code: 'failure.application_token',
        params: { status, fields: ['gotify.token'] },
      } as const;
      return refusedFor('authentication', reason, answer, text);
    }
    case 404: {
      const reason = { code: 'failure.not_found', params: params('gotify.server') } as const;
      return refusedFor('not_found', reason, answer, text);
    }
    default:
      return null;
  }
}

/** A Gotify server (https://gotify.net/api-docs). It can replace no message, so each is one of its own. */
export const createGotify = (send: HttpClient): ChannelAdapter<GotifyConfig> => ({
  kind: 'gotify',
  audience: 'people',
  timeoutMs: 15_000,
  concurrency: 2,
  rateLimit: null,
  target: ({ server }) => originOf(server),
  send(config, delivery, context) {
    const { server, token } = config;
    const body = bodyOf(delivery);
    const headers = {
      'content-type': 'application/json',
      'user-agent': 'Belfry',
      'x-gotify-key': token,
    };
    return deliverByHttp(
      send,
      {
        request: { method: 'POST', url: `${withoutSlash(server)}/message`, headers, body },
        summary: requestSummary('POST', originOf(server), delivery, body),
        secrets: secretsOf('gotify', config, delivery),
        meaning: meaningOf,
      },
      context,
    );
  },
});
