import type { FastifyReply } from 'fastify';
import { ERROR_STATUS } from '../../../contract/errors.ts';
import { failureHeaders } from '../failure.ts';
import type { Refuse } from '../guard.ts';

/** Answers as Alertmanager's API does: JSON with a line feed at its end, kept by no cache. */
export const answer = (reply: FastifyReply, status: number, body: unknown): FastifyReply =>
  answerText(reply, status, JSON.stringify(body));

/** The same with JSON that has been written already. */
export const answerText = (reply: FastifyReply, status: number, json: string): FastifyReply =>
  reply.code(status).header('cache-control', 'no-store').type('application/json').send(`${json}\n`);

/** What its framework says of a request that is not as its OpenAPI document has it. */
export const answerMalformed = (
  reply: FastifyReply,
  status: 400 | 415 | 422,
  message: string,
  code: number = status,
): FastifyReply => answer(reply, status, { code, message });

/** A failure of ours in its words: a JSON string. */
export const refuse: Refuse = (reply, failure) => {
  reply.headers(failureHeaders(failure, reply.request.id));
  if (failure.code === 'unauthenticated') {
    reply.header('www-authenticate', 'Basic realm="Belfry", Bearer realm="Belfry"');
  }
  return answer(reply, ERROR_STATUS[failure.code], failure.message);
};
