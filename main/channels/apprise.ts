import { z } from 'zod';
import type { AppriseConfig } from '../contract/channel-kind.ts';
import type { Picture } from '../domain/picture-format.ts';
import { below } from './capability-url.ts';
import { boundedMessage, joined, type ChannelAdapter, type Delivery } from './channel-adapter.ts';
import type { HttpClient } from './http-client.ts';
import { httpChannel, type HttpMessage } from './http-channel.ts';
import { answerJson } from './http-outcome.ts';
import { linkLines } from './message-links.ts';
import { pictureForm } from './multipart.ts';
import { ownPictureOf, withPicture } from './picture.ts';
import { firingSeverity } from './tone.ts';

/** Apprise itself cuts for each service, or sends in pieces; more than this nobody reads in pieces. */
const BODY_BYTES_MAX = 32_768;
const TITLE_BYTES_MAX = 500;

const TYPES = { info: 'info', warning: 'warning', critical: 'failure' } as const;

/** A recovery is a success; a group has the type of the worst alert that still fires in it. */
function typeOf(delivery: Delivery): 'info' | 'success' | 'warning' | 'failure' {
  const severity = firingSeverity(delivery);
  if (severity !== null) return TYPES[severity];
  const members = delivery.bundle?.members ?? [delivery];
  return members.every(({ event }) => event === 'resolved') ? 'success' : 'info';
}

const shownText = (delivery: Delivery) =>
  boundedMessage(delivery, TITLE_BYTES_MAX, BODY_BYTES_MAX, 'bytes');

function fieldsOf({ tag }: AppriseConfig, delivery: Delivery): Record<string, string> {
  const { title, body } = shownText(delivery);
  const whole = joined([body, ...linkLines(delivery)]);
  return {
    title,
    // It takes no message without a body.
    body: whole === '' ? title : whole,
    type: typeOf(delivery),
    format: 'text',
    ...(tag === undefined ? {} : { tag }),
  };
}

/** Returns a message; with a picture a form, whose files Apprise attaches. */
function contentOf(
  config: AppriseConfig,
  delivery: Delivery,
  picture: Picture | null,
): Pick<HttpMessage, 'headers' | 'body'> {
  const message = fieldsOf(config, delivery);
  if (picture === null) return { body: JSON.stringify(message) };
  const fields = Object.entries(message).map(([name, value]) => ({ name, value }));
  return pictureForm(delivery.notificationId, fields, { ...picture, name: 'attach' });
}

const refusal = z.object({ error: z.string().optional() });

/** An Apprise API server, which keeps the addresses of any service that Apprise knows under a key. */
export const createApprise = (send: HttpClient): ChannelAdapter<AppriseConfig> =>
  httpChannel(send, {
    kind: 'apprise',
    service: 'Apprise API',
    at: 'url',
    // It answers once every address has been tried.
    timeoutMs: 60_000,
    shown: shownText,
    message: async (config, delivery, _now, context) =>
      withPicture(await ownPictureOf(delivery, context), (picture) => {
        const { url, headers: login } = below(config.url, `notify/${config.key}`);
        const { headers: type, body } = contentOf(config, delivery, picture);
        return { url, headers: { ...login, ...type }, accept: 'application/json', body };
      }),
    answered: (answer) => ({ text: answerJson(answer, refusal)?.error }),
    refusals: [
      [204, 'configuration', 'failure.apprise_key_unknown', 'key'],
      [405, 'configuration', 'failure.wrong_service', 'url'],
      // Some of the addresses may have been notified. Better twice than the others never.
      [424, 'server_error', 'failure.apprise_partly'],
      [400, 'rejected', 'failure.rejected', 'tag'],
    ],
  });
