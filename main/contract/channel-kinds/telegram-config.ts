import { z } from 'zod';
import { field } from '../field.ts';
import { serverAddress } from '../primitives.ts';

export const telegramConfig = z.strictObject({
  token: field(
    z.string().regex(/^\d{5,20}:[A-Za-z0-9_-]{30,100}$/, {
      error: 'must be a bot token as @BotFather shows it, digits, a colon and letters',
    }),
    {
      title: 'Bot token',
      help: 'Write /newbot to @BotFather in Telegram; it answers with the token.',
      placeholder: '123456789:AAE…',
      secret: true,
    },
  ),
  chatId: field(
    z.string().regex(/^(?:-?\d{1,20}|@[A-Za-z]\w{3,63})$/, {
      error: 'must be a number, or the @name of a public channel or group',
    }),
    {
      title: 'Chat',
      help: 'The number of a chat that the bot is in, or the @name of a public channel. Write to the bot (or in the group) first, then open https://api.telegram.org/bot<token>/getUpdates and take "chat":{"id":…}.',
      placeholder: '-1001234567890',
    },
  ),
  topicId: field(z.int().min(1), {
    title: 'Topic',
    help: 'Optional: the number of a topic in a group that has topics, the middle one in a link to one of its messages.',
  }).optional(),
  apiUrl: field(serverAddress.clone(), {
    title: 'Bot API server',
    help: 'Leave it empty unless you host a Bot API server of your own.',
    placeholder: 'https://api.telegram.org',
  }).optional(),
});
export type TelegramConfig = z.infer<typeof telegramConfig>;
