import { z } from 'zod';
import type { TelegramConfig } from '../contract/channel-kinds/telegram-config.ts';
import type { FailureReason } from '../contract/reasons/failure-reasons.ts';
import type { Outcome, PermanentClass } from '../domain/outcome.ts';
import { answerJson } from './answer-json.ts';
import { type ChannelAdapter, type Delivery, type SendContext } from './channel-adapter.ts';
import { secretsOf } from './config-secrets.ts';
import type { HttpAnswer, HttpClient } from './http-client.ts';
import { deliverByHttp, requestSummary } from './http-delivery.ts';
import { isPage, notFrom, outcomeOfAnswer } from './http-outcome.ts';
import { telegramMessage, threadOf, type Concessions } from './telegram-message.ts';

const API_URL = 'https://api.telegram.org';

/** The message itself, once for a chat that has moved and once for buttons that are refused. */
const REQUESTS_MAX = 3;

const taken = z.object({ result: z.object({ message_id: z.int() }) });
const refusal = z.object({
  description: z.string().default(''),
  parameters: z
    .object({
      retry_after: z.number().nonnegative().optional(),
      migrate_to_chat_id: z.union([z.int(), z.string().regex(/^-?\d+$/)]).optional(),
    })
    .default({}),
});

/** What Telegram's words mean; in order, the first that fits. */
const REFUSALS: readonly [said: RegExp, failureClass: PermanentClass, reason: FailureReason][] = [
  [
    /^Unauthorized|^Not Found/i,
    'authentication',
    { code: 'failure.bot_unknown', params: { fields: ['telegram.token'] } },
  ],
  [
    /chat not found|peer_id_invalid/i,
    'configuration',
    { code: 'failure.chat_unknown', params: { fields: ['telegram.chatId'] } },
  ],
  [
    /thread not found|TOPIC_/i,
    'configuration',
    {
      code: 'failure.thread_unknown',
      params: { service: 'Telegram', fields: ['telegram.topicId'] },
    },
  ],
  [
    /blocked by the user|initiate conversation/i,
    'authentication',
    { code: 'failure.bot_blocked', params: {} },
  ],
  [
    /kicked|not a member|need administrator rights|not enough rights|have no rights|CHAT_WRITE_FORBIDDEN/i,
    'authentication',
    { code: 'failure.bot_removed', params: {} },
  ],
  [
    /deactivated|group chat was deleted/i,
    'gone',
    { code: 'failure.chat_gone', params: { fields: ['telegram.chatId'] } },
  ],
];

function refused(answer: HttpAnswer, now: number): Outcome {
  const outcome = outcomeOfAnswer(answer, now);
  const said = answerJson(answer, refusal);
  if (!said) return outcome;
  if (outcome.kind === 'transient') {
    const { retry_after: seconds } = said.parameters;
    return seconds === undefined ? outcome : { ...outcome, retryAfterMs: seconds * 1_000 };
  }
  if (outcome.kind !== 'permanent') return outcome;
  const receiverText = said.description.replace(/^(?:Bad Request|Forbidden): /, '');
  const known = REFUSALS.find(([pattern]) => pattern.test(receiverText));
  const [, failureClass, reason] = known ?? [null, outcome.class, outcome.reason];
  return { ...outcome, class: failureClass, reason, receiverText };
}

/** What a second request would have to be without; null when that would not help. */
function concession(answer: HttpAnswer, made: Concessions): Concessions | null {
  if (answer.statusCode !== 400) return null;
  const said = answerJson(answer, refusal);
  const chatId = said?.parameters.migrate_to_chat_id;
  if (chatId !== undefined && made.chatId === null) return { ...made, chatId: String(chatId) };
  const isAboutButtons = /BUTTON_URL_INVALID|keyboard button/i.test(said?.description ?? '');
  return isAboutButtons && !made.withoutButtons ? { ...made, withoutButtons: true } : null;
}

const apiOf = ({ apiUrl = API_URL }: TelegramConfig): string => apiUrl.replace(/\/+$/, '');

async function deliver(
  send: HttpClient,
  config: TelegramConfig,
  delivery: Delivery,
  made: Concessions,
  context: SendContext,
): Promise<{ outcome: Outcome; next: Concessions | null }> {
  const body = telegramMessage(config, delivery, made);
  let next: Concessions | null = null;
  const outcome = await deliverByHttp(
    send,
    {
      request: {
        method: 'POST',
        url: `${apiOf(config)}/bot${config.token}/sendMessage`,
        headers: { 'content-type': 'application/json', 'user-agent': 'Belfry' },
        body,
      },
      summary: requestSummary('POST', `${new URL(apiOf(config)).origin}/…`, delivery, body),
      secrets: secretsOf('telegram', config, delivery),
      meaning(answer, now) {
        if (isPage(answer)) return notFrom('Telegram', ['telegram.apiUrl'], answer);
        next = concession(answer, made);
        return answer.statusCode < 300
          ? accepted(answer, config, delivery, made)
          : refused(answer, now);
      },
    },
    context,
  );
  return { outcome, next };
}

/** Later messages answer the first about the alert, so that its whole story is a tap away. */
function accepted(
  answer: HttpAnswer,
  config: TelegramConfig,
  { thread }: Delivery,
  { chatId }: Concessions,
): Outcome {
  const { statusCode, excerpt: responseExcerpt } = answer;
  const id = answerJson(answer, taken)?.result.message_id;
  const chat = chatId ?? config.chatId;
  const first = thread?.startsWith(`${chat}:`) === true ? thread : null;
  const own = id === undefined ? null : threadOf(chat, id);
  const kept = first ?? own;
  return {
    kind: 'sent',
    statusCode,
    responseExcerpt,
    ...(kept !== null && { thread: kept }),
    ...(chatId !== null && { correction: { chatId } }),
  };
}

/** A Telegram bot that writes to one chat. */
export const createTelegram = (send: HttpClient): ChannelAdapter<TelegramConfig> => ({
  kind: 'telegram',
  audience: 'people',
  timeoutMs: 15_000,
  concurrency: 1,
  // https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
  rateLimit: { count: 1, perMs: 1_000 },
  target: ({ chatId }) => `Telegram chat ${chatId}`,
  async send(config, delivery, context) {
    let made: Concessions = { chatId: null, withoutButtons: false };
    for (let request = 1; ; request++) {
      const { outcome, next } = await deliver(send, config, delivery, made, context);
      if (next === null || request === REQUESTS_MAX) return outcome;
      made = next;
    }
  },
});
