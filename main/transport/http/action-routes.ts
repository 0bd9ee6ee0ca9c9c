import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '../../base/clock.ts';
import type { KnownLinkState, LinkState } from '../../alerts/action-links.ts';
import type { Alert } from '../../contract/alert.ts';
import { localeFrom } from '../../contract/language.ts';
import type { Failure } from '../../contract/result.ts';
import { boundedText, plainText } from '../../domain/bounded-text.ts';
import type { LinkAction } from '../../domain/action-token.ts';
import { oneLine } from '../../domain/message-text.ts';
import { ERROR_STATUS, type ErrorCode } from '../../contract/errors.ts';
import { messagesFor, type Messages } from '../../messages/messages.ts';
import { renderAlertText } from '../../messages/reasons.ts';
import { ACTION_PAGE_HEADERS, actionPage, type ActionPage } from './action-page.ts';
import { failureHeaders, sendFailure } from './failure.ts';
import type { FailureLimit } from './failure-limit.ts';
import { KEPT_BYTES_MAX, readLog } from './ping-log.ts';

/** The actions behind links in messages. */
export interface ActionPort {
  /** Changes nothing. */
  look(token: string): LinkState | Promise<LinkState>;
  /** Resolves once it is durable; rejects with the store's StoreUnavailable. */
  act(token: string): Promise<LinkState>;
}

const TEXT_CHARS_MAX = 500;

/** The status of an action that is done, in the JSON answer. */
const STATUSES: Record<LinkAction, string> = { acknowledge: 'acknowledged', snooze: 'snoozed' };

/** Returns true for a link from a message, which is its own credential. */
export const isAction = (url: string): boolean => url.startsWith('/act/');

/**
 * Mounts the links in messages. GET only asks, since previews and scanners open what is sent through a
 * messenger; POST does it, for the page's button and for apps that send it themselves. The address is
 * the whole credential, so neither cookie nor header is looked at.
 */
export function mountActions(
  app: FastifyInstance,
  links: ActionPort,
  { failures, clock }: { readonly failures: FailureLimit; readonly clock: Clock },
): void {
  // A separate scope: no body is used here, whatever its type, and none is refused.
  void app.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, payload, parsed) =>
      readLog(payload, { contentType: '', clock }, parsed),
    );
    scope.route<{ Params: { token: string } }>({
      method: ['GET', 'POST'],
      url: '/act/:token',
      config: { bodyKeptBytesMax: KEPT_BYTES_MAX },
      onRequest: (request, _reply, next) => {
        request.headers['content-type'] = 'application/octet-stream';
        next();
      },
      handler: async (request, reply) => {
        const { token } = request.params;
        const state = await (request.method === 'POST' ? links.act(token) : links.look(token));
        return answer(request, reply, judged(state, request, failures));
      },
    });
    done();
  });
}

/** Answers a link. An unknown one is a failed credential. */
function judged(state: LinkState, { ip, headers }: FastifyRequest, failures: FailureLimit): Shown {
  const setting = state.kind === 'unknown' ? 'system' : state.language;
  const { language, tag } = localeFrom(setting, acceptedTags(headers['accept-language']));
  const messages = messagesFor(language, tag);
  if (state.kind !== 'unknown') return shownOf(messages, state);
  return failures.failed('action link', ip)
    ? refused(messages, 'too_many_requests', messages.text('message.page.tooMany'))
    : refused(messages, 'not_found', messages.text('message.page.unknown'));
}

/** The tags of an Accept-Language header (RFC 9110, 12.5.4), which browsers send in order of preference. */
const acceptedTags = (header = ''): string[] =>
  header.split(',').map((range) => range.replace(/;.*/, '').trim());

/** An answer in both of its forms. */
interface Shown {
  readonly page: ActionPage;
  readonly result: Failure | { readonly status: string; readonly alertId: string };
}

function refused(
  messages: Messages,
  code: ErrorCode,
  message: string,
  about: readonly string[] = [],
): Shown {
  const title = messages.text('message.page.refused');
  const lines = [message, ...about];
  return {
    page: { language: messages.language, title, lines, button: null },
    result: { code, message },
  };
}

/** Returns the alert in the words of its sender. */
function aboutOf(messages: Messages, alert: Alert): string[] {
  const { severity, kind, host } = alert;
  const subject = messages.text('message.subject', { kind: oneLine(kind), host: oneLine(host) });
  const level = messages.text(`message.severity.${severity}`);
  const title = messages.text('message.title.raised', { severity: level, subject });
  return [title, renderAlertText(messages, alert)]
    .map((text) => boundedText(plainText(text), TEXT_CHARS_MAX))
    .filter((text) => text !== '');
}

function shownOf(messages: Messages, state: KnownLinkState): Shown {
  if (state.kind === 'spent') {
    return refused(messages, 'wrong_state', messages.text(`message.page.spent.${state.reason}`));
  }
  const { alert } = state;
  const lines = aboutOf(messages, alert);
  if (state.kind === 'closed') {
    const message = messages.text('message.page.closed', { state: alert.state });
    return refused(messages, 'wrong_state', message, lines);
  }
  const { language } = messages;
  const { action } = state;
  if (state.kind === 'ready') {
    const title = messages.text(`message.page.${action}.question`);
    const button = messages.text(`message.action.${action}`);
    const page = { language, title, lines, button };
    return { page, result: { status: 'ready', alertId: alert.id } };
  }
  const title = messages.text(`message.page.${action}.${state.before ? 'before' : 'done'}`);
  const page = { language, title, lines, button: null };
  return { page, result: { status: STATUSES[action], alertId: alert.id } };
}

function answer(request: FastifyRequest, reply: FastifyReply, shown: Shown): FastifyReply {
  const { page, result } = shown;
  const failure = 'code' in result ? result : null;
  // Browsers ask for HTML; an app that presses the button for its user does not.
  const wantsPage = request.headers.accept?.includes('text/html') ?? false;
  if (failure && !wantsPage) return sendFailure(reply, failure);
  if (failure) {
    reply.code(ERROR_STATUS[failure.code]).headers(failureHeaders(failure, request.id));
  }
  reply.headers({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
  return wantsPage ? reply.headers(ACTION_PAGE_HEADERS).send(actionPage(page)) : reply.send(result);
}
