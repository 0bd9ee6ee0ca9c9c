import { boundedText } from '../domain/bounded-text.ts';
import { secretsOfUrl, withoutUserInfo } from './capability-url.ts';
import { outcomeOfError } from './connection-outcome.ts';
import type { HttpClient } from './http-client.ts';
import { outcomeOfAnswer } from './http-outcome.ts';
import { outcomeWithout } from './redaction.ts';

const PROBLEM_CHARS_MAX = 300;

/**
 * Returns what calls an address once, by GET, which Healthchecks, Uptime Kuma's push monitors and Belfry
 * take alike. Redirects are not followed.
 */
export const createHeartbeatCall =
  (send: HttpClient) =>
  async (address: string, now: number, signal: AbortSignal): Promise<string | null> => {
    const { url, authorization } = withoutUserInfo(address);
    const headers = {
      'user-agent': 'Belfry',
      ...(authorization === null ? {} : { authorization }),
    };
    const outcome = await send({ method: 'GET', url, headers, body: '', signal }).then(
      (answer) => outcomeOfAnswer(answer, now),
      outcomeOfError,
    );
    const shown = outcomeWithout(outcome, secretsOfUrl(address));
    return 'message' in shown ? boundedText(shown.message, PROBLEM_CHARS_MAX) : null;
  };
