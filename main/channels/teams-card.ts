import { boundedText } from '../domain/bounded-text.ts';
import { readableText, type Delivery } from './channel-adapter.ts';
import { messageLinks } from './message-links.ts';
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

/** Returns the input of a workflow for webhook alerts: an Adaptive Card (https://adaptivecards.io, 1.4) as an attachment. */
export function teamsCard(delivery: Delivery): string {
  const { title, body } = readableText(delivery);
  const heading = { weight: 'Bolder', size: 'Medium', color: COLOURS[toneOf(delivery)] };
  const titleLine = plainLine(boundedText(title, TITLE_CHARS_MAX, 'json'), heading);
  const actions = messageLinks(delivery).map((link) => ({
    type: 'Action.OpenUrl',
    ...link,
  }));
  const cardOf = (text: readonly string[]): string =>
    messageOf({
      body: [titleLine, ...text.map((line) => plainLine(line))],
      ...(actions.length > 0 && { actions }),
    });
  const room = CARD_CHARS_MAX - cardOf([]).length - LINES_MAX * LINE_FRAME_CHARS;
  return cardOf(lines(boundedText(body, room, 'json')));
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
