import { describe, expect, it } from 'vitest';
import { CHANNEL_KINDS, channelKind, type ChannelKind } from '../../main/contract/channel-kind.ts';
import { fieldsOf, type Field } from '../../main/contract/field.ts';
import { messagesFor } from '../../main/messages/messages.ts';
import { readCatalogue } from '../../resources/messages.ts';

const keysOfField = (kind: ChannelKind, { name, control }: Field): string[] => [
  `channel.${kind}.${name}.title`,
  `channel.${kind}.${name}.help`,
  ...(control.type === 'select'
    ? control.options.map((option) => `channel.${kind}.${name}.choice.${option}`)
    : []),
];

const keysOfKind = (kind: ChannelKind): string[] => [
  `channel.kind.${kind}`,
  `channel.kindHint.${kind}`,
  ...fieldsOf(CHANNEL_KINDS[kind].config).flatMap((field) => keysOfField(kind, field)),
];

describe('the messages of channels', () => {
  it('name every kind, field and choice, and nothing besides', () => {
    const keys = Object.keys(readCatalogue('en')).filter((key) => key.startsWith('channel.'));
    expect(keys).toEqual(channelKind.options.flatMap(keysOfKind).sort());
  });

  it('show where Telegram lists the chats, with its placeholder', () => {
    const address = 'https://api.telegram.org/bot<token>/getUpdates';
    expect(messagesFor('en').text('channel.telegram.chatId.help')).toContain(address);
    expect(messagesFor('de').text('channel.telegram.chatId.help')).toContain(address);
  });
});
