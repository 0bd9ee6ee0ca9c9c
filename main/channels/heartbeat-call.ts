import type { FailureReason } from '../contract/reasons/failure-reasons.ts';
import { withoutUserInfo } from './capability-url.ts';
import { outcomeOfError } from './connection-outcome.ts';
import type { HttpClient } from './http-client.ts';
import { outcomeOfAnswer } from './http-outcome.ts';

/**
 * Returns what calls an address once, by GET, as Healthchecks, Uptime Kuma's push monitors and Belfry take
 * it, and returns why it failed; null on success. Redirects are not followed.
 */
export const createHeartbeatCall =
  (send: HttpClient) =>
  async (address: string, now: number, signal: AbortSignal): Promise<FailureReason | null> => {
    const { url, headers: login } = withoutUserInfo(address);
    const headers = { 'user-agent': 'Belfry', ...login };
    const outcome = await send({ method: 'GET', url, headers, body: '', signal }).then(
      (answer) => outcomeOfAnswer(answer, now),
      outcomeOfError,
    );
    return outcome.kind === 'sent' ? null : outcome.reason;
  };
