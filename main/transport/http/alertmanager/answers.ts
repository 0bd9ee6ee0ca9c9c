import type { FastifyReply } from 'fastify';
import { ERROR_STATUS } from '../../../contract/errors.ts';
import { failureHeaders } from '../failure.ts';
import type { Refuse } from '../guard.ts';

/** An answer of Alertmanager's API: JSON, or null for an empty body. */
export interface Answered {
  readonly status: number;
  readonly json: string | null;
}

export const answered = (status: number, body: unknown): Answered => ({
  status,
  json: JSON.stringify(body),
});

/** Returns what Alertmanager's framework says of a request that is not as its OpenAPI document has it. */
export const malformed = (
  status: 400 | 415 | 422,
  message: string,
  code: number = status,
): Answered => answered(status, { code, message });

/** Sends an answer as Alertmanager does: with a line feed at its end, kept by no cache. */
export const sendAnswered = (reply: FastifyReply, { status, json }: Answered): FastifyReply =>
  json === null
    ? reply.code(status).send()
    : reply
        .code(status)
        .header('cache-control', 'no-store')
        .type('application/json')
        .send(`${json}\n`);

/** A failure of ours in its words: a JSON string. */
export const refuse: Refuse = (reply, failure) => {
  reply.headers(failureHeaders(failure, reply.request.id));
  if (failure.code === 'unauthenticated') {
    reply.header('www-authenticate', 'Basic realm="Belfry", Bearer realm="Belfry"');
  }
  return sendAnswered(reply, answered(ERROR_STATUS[failure.code], failure.message));
};
