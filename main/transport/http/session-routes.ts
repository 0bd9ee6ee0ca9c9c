import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Clock } from '../../base/clock.ts';
import type { Authentication } from '../../system/access/token-auth.ts';
import { invalidInput } from '../../domain/issues.ts';
import { sendFailure } from './failure.ts';
import type { Gate } from './gate.ts';
import type { LoginCommand } from './options.ts';
import { readCookie, sessionCookie } from './session-cookie.ts';

export interface SessionRoutesDeps {
  readonly gate: Gate;
  readonly auth: Authentication;
  readonly cookieName: string;
  readonly clock: Clock;
  readonly login: LoginCommand | null;
}

export const SESSION_PATH = '/api/v1/session';

const LOOPBACK = /^(127\.|::1$|::ffff:127\.)/;
const FORWARDED = ['forwarded', 'x-forwarded-for', 'x-forwarded-proto', 'x-real-ip', 'via'];

/** Returns true for a browser on this machine; behind a proxy it may be anywhere. */
const isOnThisMachine = ({ ip, headers }: FastifyRequest): boolean =>
  LOOPBACK.test(ip) && FORWARDED.every((name) => headers[name] === undefined);

/** As long as browsers keep any cookie. A display stays signed in until its token is revoked. */
const DISPLAY_COOKIE_SECONDS = 400 * 86_400;

const secret = z.string().min(1).max(200);
/** The code of a link for a window, or the token of a display. */
const signIn = z.union([z.strictObject({ token: secret }), z.strictObject({ code: secret })]);

/** How a browser signs in with the one-time code of a link or as a display, and out again. */
export function mountSession(app: FastifyInstance, deps: SessionRoutesDeps): void {
  const { gate, auth, cookieName, clock, login } = deps;

  app.get(SESSION_PATH, (request, reply) => {
    const command = isOnThisMachine(request) ? login?.here : login?.plain;
    return reply.header('cache-control', 'no-store').send({ login_command: command ?? null });
  });

  app.post(SESSION_PATH, async (request, reply) => {
    const parsed = signIn.safeParse(request.body ?? {});
    if (!parsed.success) {
      return sendFailure(reply, invalidInput(parsed.error).error);
    }
    if ('token' in parsed.data) {
      const { token } = parsed.data;
      const display = gate.display(token, request.ip);
      if (!display.ok) return sendFailure(reply, display.error);
      return reply
        .header(
          'set-cookie',
          sessionCookie(cookieName, token, DISPLAY_COOKIE_SECONDS, request.headers),
        )
        .header('cache-control', 'no-store')
        .send({ status: 'signed_in' });
    }
    const userAgent = request.headers['user-agent'] ?? null;
    const result = await gate.redeem(parsed.data.code, request.ip, userAgent);
    if (!result.ok) return sendFailure(reply, result.error);
    const { session, expiresAt } = result.value;
    const maxAgeSeconds = Math.max(1, Math.floor((expiresAt - clock.now()) / 1_000));
    return reply
      .header('set-cookie', sessionCookie(cookieName, session, maxAgeSeconds, request.headers))
      .header('cache-control', 'no-store')
      .send({ status: 'signed_in' });
  });

  app.delete(SESSION_PATH, async (request, reply) => {
    const session = readCookie(request.headers.cookie, cookieName);
    if (session !== null) await auth.endSession(session);
    return reply
      .header('set-cookie', sessionCookie(cookieName, '', 0, request.headers))
      .header('cache-control', 'no-store')
      .send({ status: 'signed_out' });
  });
}
