import {
  SENDER_GROUPS,
  type SenderLines,
  type SenderTarget,
} from '../main/contract/senders/sender.ts';
import { SENDER_IDS, senderOf, type SenderId } from '../main/contract/senders/senders.ts';
import { messagesFor } from '../main/messages/messages.ts';
import { markdownTable } from './markdown-table.ts';

/** The senders, as the guides show them. */

const messages = messagesFor('en');

/** The address and the token that stand in the guides. */
export const GUIDE_TARGET: SenderTarget = {
  url: 'http://127.0.0.1:8377',
  token: 'bf_your-token',
  mailHost: 'belfry',
  mailPort: 2525,
};

const answer = (yes: boolean): string => messages.text(`sources.updates.${yes ? 'yes' : 'no'}`);

/** Returns every sender with what it does, by group. */
export function senderTable(): string {
  const inOrder = SENDER_GROUPS.flatMap((group) =>
    SENDER_IDS.map(senderOf).filter((sender) => sender.group === group),
  );
  const rows = inOrder.map((sender) => [
    sender.name,
    sender.way === 'SMTP' ? 'mail' : `\`${sender.way}\``,
    messages.text(`sources.raises.${sender.raises}`),
    answer(sender.updates),
    answer(sender.resolves),
    messages.text(`sources.severity.${sender.severity}`),
    `[${messages.text(`sources.evidence.${sender.evidence}`)}](../${sender.shownBy})`,
  ]);
  return markdownTable(
    ['Sender', 'Sends to', 'Becomes', 'Updates', 'Resolves', 'Severity', 'Tested with'],
    rows,
  );
}

/** Returns the name of a block in the guides, by which a test finds it. */
const markOf = (id: SenderId, index: number): string =>
  index === 0 ? `lines-${id}` : `lines-${id}-${String(index + 1)}`;

/** Returns true for lines that a test runs or reads; the others are values to paste. */
export const isChecked = ({ syntax }: SenderLines): boolean => syntax !== 'text';

function block(id: SenderId, lines: SenderLines, index: number): string {
  const label =
    'file' in lines ? `\`${lines.file}\`` : messages.text(`sources.lines.${lines.label}`);
  const mark = isChecked(lines) ? ` test=${markOf(id, index)}` : '';
  return `${label}:\n\n\`\`\`${lines.syntax}${mark}\n${lines.text}\n\`\`\``;
}

/** Returns where the lines of a sender belong, and the lines. Those of the machine's mail stand there once. */
export function senderBlocks(id: SenderId): string {
  const ofMachine = senderOf('machine_mail').lines(GUIDE_TARGET);
  const isShown = ({ text }: SenderLines): boolean =>
    id === 'machine_mail' || !ofMachine.some((each) => each.text === text);
  const blocks = senderOf(id)
    .lines(GUIDE_TARGET)
    .filter(isShown)
    .map((lines, index) => block(id, lines, index));
  return [messages.text(`sources.steps.${id}`), ...blocks].join('\n\n');
}
