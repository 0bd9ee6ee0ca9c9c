import { z } from 'zod';
import { createTelegram } from '../../../main/channels/telegram.ts';
import { status } from '../../support/http-receiver.ts';
import type { ChannelCase } from '../channel-case.ts';
import { bodyOf, httpFake, json } from '../http-fake.ts';

const TOKEN = '123456789:AAE-S3cretS3cretS3cretS3cretS3cret_';
const message = z.object({ text: z.string() });

const refusal = (code: number, description: string, parameters?: object) =>
  json(code, { ok: false, error_code: code, description, ...(parameters && { parameters }) });

/** As https://core.telegram.org/bots/api#making-requests has them; the words are the server's. */
export const telegramCase: ChannelCase = {
  start: () =>
    httpFake({
      adapter: createTelegram,
      config: (url) => ({ token: TOKEN, chatId: '-1001234567890', topicId: 7, apiUrl: url }),
      secrets: [TOKEN, TOKEN.slice(10)],
      success: json(200, { ok: true, result: { message_id: 4711, text: '…' } }),
      failures: {
        'is a page of something else': status(200, {}, '<!doctype html><title>Sign in</title>'),
        'has had too many': refusal(429, 'Too Many Requests: retry after 14', { retry_after: 14 }),
        'is down': refusal(502, 'Bad Gateway'),
        'knows no such bot': refusal(401, 'Unauthorized'),
        'is asked with half a token': refusal(404, 'Not Found'),
        'knows no such chat': refusal(400, 'Bad Request: chat not found'),
        'knows no such topic': refusal(400, 'Bad Request: message thread not found'),
        'was blocked': refusal(403, 'Forbidden: bot was blocked by the user'),
        'was not started': refusal(403, "Forbidden: bot can't initiate conversation with a user"),
        'was kicked out': refusal(403, 'Forbidden: bot was kicked from the supergroup chat'),
        'has lost the chat': refusal(403, 'Forbidden: user is deactivated'),
        'does not like the message': refusal(400, 'Bad Request: message text is empty'),
      },
    }),
  failures: {
    'is a page of something else': {
      kind: 'permanent',
      class: 'configuration',
      statusCode: 200,
      reason: {
        code: 'failure.wrong_service',
        params: { service: 'Telegram', status: 'HTTP 200', fields: ['telegram.apiUrl'] },
      },
    },
    'has had too many': {
      kind: 'transient',
      class: 'rate_limited',
      retryAfterMs: 14_000,
      reason: { code: 'failure.rate_limited', params: { service: 'receiver', status: 'HTTP 429' } },
    },
    'is down': {
      kind: 'transient',
      class: 'server_error',
      reason: { code: 'failure.unavailable', params: { service: 'receiver', status: 'HTTP 502' } },
    },
    'knows no such bot': {
      kind: 'permanent',
      class: 'authentication',
      reason: { code: 'failure.bot_unknown', params: { fields: ['telegram.token'] } },
      receiverText: 'Unauthorized',
    },
    'is asked with half a token': {
      kind: 'permanent',
      class: 'authentication',
      reason: { code: 'failure.bot_unknown', params: { fields: ['telegram.token'] } },
      receiverText: 'Not Found',
    },
    'knows no such chat': {
      kind: 'permanent',
      class: 'configuration',
      reason: { code: 'failure.chat_unknown', params: { fields: ['telegram.chatId'] } },
      receiverText: 'chat not found',
    },
    'knows no such topic': {
      kind: 'permanent',
      class: 'configuration',
      reason: {
        code: 'failure.thread_unknown',
        params: { service: 'Telegram', fields: ['telegram.topicId'] },
      },
      receiverText: 'message thread not found',
    },
    'was blocked': {
      kind: 'permanent',
      class: 'authentication',
      reason: { code: 'failure.bot_blocked', params: {} },
      receiverText: 'bot was blocked by the user',
    },
    'was not started': {
      kind: 'permanent',
      class: 'authentication',
      reason: { code: 'failure.bot_blocked', params: {} },
      receiverText: "bot can't initiate conversation with a user",
    },
    'was kicked out': {
      kind: 'permanent',
      class: 'authentication',
      reason: { code: 'failure.bot_removed', params: {} },
      receiverText: 'bot was kicked from the supergroup chat',
    },
    'has lost the chat': {
      kind: 'permanent',
      class: 'gone',
      reason: { code: 'failure.chat_gone', params: { fields: ['telegram.chatId'] } },
      receiverText: 'user is deactivated',
    },
    'does not like the message': {
      kind: 'permanent',
      class: 'rejected',
      reason: {
        code: 'failure.rejected',
        params: { service: 'receiver', status: 'HTTP 400', fields: [] },
      },
      receiverText: 'message text is empty',
    },
  },
  limit: {
    max: 4_096,
    unit: 'utf16',
    textOf: (received) => message.parse(JSON.parse(bodyOf(received))).text,
  },
};
