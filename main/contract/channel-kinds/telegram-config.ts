import { z } from 'zod';
import { field } from '../field.ts';
import { serverAddress } from '../primitives.ts';
import { issue } from '../reasons/issue-reasons.ts';

export const telegramConfig = z.strictObject({
  token: field(
    z.string().regex(/^\d{5,20}:[A-Za-z0-9_-]{30,100}$/, issue('issue.telegram_token')),
    { placeholder: '123456789:AAE…', secret: true },
  ),
  chatId: field(
    z.string().regex(/^(?:-?\d{1,20}|@[A-Za-z]\w{3,63})$/, issue('issue.telegram_chat')),
    { placeholder: '-1001234567890' },
  ),
  topicId: z.int().min(1).optional(),
  apiUrl: field(serverAddress.clone(), { placeholder: 'https://api.telegram.org' }).optional(),
});
export type TelegramConfig = z.infer<typeof telegramConfig>;
