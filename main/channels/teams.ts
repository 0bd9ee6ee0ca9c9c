import { z } from 'zod';
import type { TeamsConfig } from '../contract/channel-kind.ts';
import { boundedText } from '../domain/bounded-text.ts';
import type { MessageText } from '../domain/message-text.ts';
import { readableText, type ChannelAdapter, type Delivery } from './channel-adapter.ts';
import type { HttpClient } from './http-client.ts';
import { httpChannel } from './http-channel.ts';
import { answerJson } from './http-outcome.ts';
import { messageLinks } from './message-links.ts';
import { publicPictureOf, withPicture } from './picture.ts';
import { toneOf, type Tone } from './tone.ts';

/** A message may have 28 kB, which Teams counts as UTF-16. */
const CARD_CHARS_MAX = 14_000;
const TITLE_CHARS_MAX = 1_000;
const LINES_MAX = 40;
/** The JSON around the text of a line. */
const LINE_FRAME_CHARS = 70;

const COLOURS: Readonly<Record<Tone, string>> = {
  critical: 'Attention',
  warning: 'Warning',
  info: 'Accent',
  good: 'Good',
};

/** A line in which Teams reads no Markdown, which it would in a text block. */
const plainLine = (text: string, style: object = {}) => ({
  type: 'RichTextBlock',
  inlines: [{ type: 'TextRun', text, ...style }],
});

/** Returns the lines of a text; behind the last one with its own frame the rest follows in one. */
function lines(text: string): string[] {
  const all = text.split('\n').filter((line) => line.trim() !== '');
  return all.length <= LINES_MAX
    ? all
    : [...all.slice(0, LINES_MAX - 1), all.slice(LINES_MAX - 1).join(' ')];
}

function cardOf(
  delivery: Delivery,
  title: string,
  text: readonly string[],
  picture: string | null,
): string {
  const altText = delivery.messages.text('message.picture');
  const image = picture === null ? [] : [{ type: 'Image', url: picture, altText }];
  const heading = { weight: 'Bolder', size: 'Medium', color: COLOURS[toneOf(delivery)] };
  const actions = messageLinks(delivery).map((link) => ({
    type: 'Action.OpenUrl',
    ...link,
  }));
  return messageOf({
    body: [plainLine(title, heading), ...text.map((line) => plainLine(line)), ...image],
    ...(actions.length > 0 && { actions }),
  });
}

function shownText(delivery: Delivery, picture: string | null): MessageText {
  const { title: whole, body } = readableText(delivery);
  const title = boundedText(whole, TITLE_CHARS_MAX, 'json');
  const frameChars = cardOf(delivery, title, [], picture).length + LINES_MAX * LINE_FRAME_CHARS;
  return { title, body: boundedText(body, CARD_CHARS_MAX - frameChars, 'json') };
}

/** Returns the input of a workflow for webhook alerts: an Adaptive Card (https://adaptivecards.io, 1.4) as an attachment. */
export function teamsCard(delivery: Delivery, picture: string | null): string {
  const { title, body } = shownText(delivery, picture);
  return cardOf(delivery, title, lines(body), picture);
}

const messageOf = (card: object): string =>
  JSON.stringify({
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        contentUrl: null,
        content: {
          $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
          type: 'AdaptiveCard',
          version: '1.4',
          ...card,
          msteams: { width: 'Full' },
        },
      },
    ],
  });

const refusal = z.object({
  error: z.object({ code: z.string(), message: z.string().default('') }),
});

/** Finds what the retired connectors hid behind a success. */
const HIDDEN = /endpoint returned HTTP error (\d{3})/;

/** A workflow that posts what it is sent to a channel of Microsoft Teams. */
export const createTeams = (send: HttpClient): ChannelAdapter<TeamsConfig> =>
  httpChannel(send, {
    kind: 'teams',
    service: 'Microsoft Teams',
    at: 'url',
    timeoutMs: 30_000,
    // https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using
    rateLimit: { count: 4, perMs: 1_000 },
    shown: (delivery) => shownText(delivery, publicPictureOf(delivery)),
    message: ({ url }, delivery) =>
      withPicture(publicPictureOf(delivery), (picture) => ({
        url,
        body: teamsCard(delivery, picture),
      })),
    answered(answer) {
      const hidden = HIDDEN.exec(answer.body)?.[1];
      const { code, message = '' } = answerJson(answer, refusal)?.error ?? {};
      const statusCode = hidden === undefined ? undefined : Number(hidden);
      const text = message === '' ? code : message;
      // An error of the platform's own says nothing of the workflow.
      return { code: answer.statusCode < 500 ? code : undefined, statusCode, text };
    },
    // The codes of https://learn.microsoft.com/azure/logic-apps, which workflows run on.
    refusals: [
      [
        /^WorkflowTriggerIsNotEnabled$|^Workflow(?:Not|Trigger)\w*NotFound$|^WorkflowNotFound$|^WorkflowDisabled$/,
        'gone',
        'failure.workflow_off',
        'url',
      ],
      [
        /Authorization|Authentication|Signature|^Forbidden$|^Unauthorized$/i,
        'authentication',
        'failure.workflow_refused',
        'url',
      ],
      [/^TriggerInputSchemaMismatch$/, 'configuration', 'failure.workflow_mismatch', 'url'],
    ],
  });
