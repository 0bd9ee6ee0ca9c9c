import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '../../base/clock.ts';
import type { LinkState } from '../../alerts/action-links.ts';
import type { Alert } from '../../contract/alert.ts';
import type { Failure } from '../../contract/result.ts';
import { boundedText } from '../../domain/bounded-text.ts';
import type { LinkAction } from '../../domain/action-token.ts';
import { oneLine } from '../../domain/message-text.ts';
import { plainText } from '../../domain/plain-text.ts';
import { ERROR_STATUS } from '../../contract/errors.ts';
import { ACTION_PAGE_HEADERS, actionPage, type ActionPage } from './action-page.ts';
import { failureHeaders, sendFailure } from './failure.ts';
import type { FailureLimit } from './failure-limit.ts';
import { KEPT_BYTES_MAX, readLog } from './ping-log.ts';

/** Where links in messages lead. */
export interface ActionPort {
  /** Changes nothing. */
  look(token: string): LinkState;
  /** Resolves once it is durable; rejects with the store's StoreUnavailable. */
  act(token: string): Promise<LinkState>;
}

const TEXT_CHARS_MAX = 500;

const TOO_MANY: Failure = {
  code: 'too_many_requests',
  message: 'Too many unknown links from here. Wait a minute.',
};
const UNKNOWN: Failure = {
  code: 'not_found',
  message: 'This link is not one of ours, or it was cut short on its way.',
};

interface Words {
  readonly question: string;
  readonly button: string;
  readonly done: string;
  readonly before: string;
  readonly status: string;
}

const WORDS: Record<LinkAction, Words> = {
  acknowledge: {
    question: 'Acknowledge this alert?',
    button: 'Acknowledge',
    done: 'Acknowledged',
    before: 'It is acknowledged already',
    status: 'acknowledged',
  },
  snooze: {
    question: 'Snooze this alert for an hour?',
    button: 'Snooze for 1 h',
    done: 'Snoozed for an hour',
    before: 'It is snoozed already',
    status: 'snoozed',
  },
};

/** Whether a request is to a link from a message, which is its own credential. */
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
  // A scope of its own: no body is of use here, whatever its type, and none is refused.
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
        const state = request.method === 'POST' ? await links.act(token) : links.look(token);
        return answer(request, reply, judged(state, request.ip, failures));
      },
    });
    done();
  });
}

/** Answers a link. An unknown one is a failed credential. */
function judged(state: LinkState, address: string, failures: FailureLimit): Shown {
  if (state.kind !== 'unknown') return shownOf(state);
  return refused(failures.failed('action link', address) ? TOO_MANY : UNKNOWN);
}

/** An answer in both of its forms. */
interface Shown {
  readonly page: ActionPage;
  readonly result: Failure | { readonly status: string; readonly alertId: string };
}

const refused = (failure: Failure, about: readonly string[] = []): Shown => ({
  page: { title: 'This link does nothing', lines: [failure.message, ...about], button: null },
  result: failure,
});

/** The alert in the words of its sender. */
const aboutOf = ({ severity, kind, host, message }: Alert): string[] =>
  [`${severity.toUpperCase()}: ${oneLine(kind)} on ${oneLine(host)}`, message]
    .map((text) => boundedText(plainText(text), TEXT_CHARS_MAX))
    .filter((text) => text !== '');

function shownOf(state: Exclude<LinkState, { readonly kind: 'unknown' }>): Shown {
  switch (state.kind) {
    case 'spent':
      return refused({ code: 'wrong_state', message: state.reason });
    case 'closed': {
      const message = `The alert is ${state.alert.state} already.`;
      return refused({ code: 'wrong_state', message }, aboutOf(state.alert));
    }
    case 'ready': {
      const { question, button } = WORDS[state.action];
      const page = { title: question, lines: aboutOf(state.alert), button };
      return { page, result: { status: 'ready', alertId: state.alert.id } };
    }
    case 'done': {
      const { done, before, status } = WORDS[state.action];
      const title = state.before ? before : done;
      const page = { title, lines: aboutOf(state.alert), button: null };
      return { page, result: { status, alertId: state.alert.id } };
    }
  }
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
