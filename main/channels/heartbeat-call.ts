import { boundedText } from '../domain/bounded-text.ts';
import { secretsOfUrl, withoutUserInfo } from './capability-url.ts';
import { outcomeOfError } from './connection-outcome.ts';
import type { HttpClient } from './http-client.ts';
import { outcomeOfAnswer } from './http-outcome.ts';
import { outcomeWithout } from './redaction.ts';

/** Calls an address once. Resolves with null when it was taken, else with why not, without any secret. */
export type HeartbeatCall = (
  url: string,
  now: number,
  signal: AbortSignal,
) => Promise<string | null>;

const PROBLEM_CHARS_MAX = 300;

/** A GET, which Healthchecks, Uptime Kuma's push monitors and Belfry take alike. Redirects are not followed. */
export function createHeartbeatCall(send: HttpClient): HeartbeatCall {
  return async (address, now, signal) => {
    const { url, authorization } = withoutUserInfo(address);
    const headers = {
      'user-agent': 'Belfry',
      ...(authorization === null ? {} : { authorization }),
    };
    const outcome = await send({ method: 'GET', url, headers, body: '', signal }).then(
      (answer) => outcomeOfAnswer(answer, now),
      outcomeOfError,
    );
    const told = outcomeWithout(outcome, secretsOfUrl(address));
    return 'message' in told ? boundedText(told.message, PROBLEM_CHARS_MAX) : null;
  };
}
