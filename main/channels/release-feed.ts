import type { HttpClient } from './http-client.ts';

/** The newest release of the project, as GitHub's API has it. */
export const RELEASE_FEED = 'https://api.github.com/repos/belfry/belfry/releases/latest';

/**
 * Returns what asks a feed once, and rejects for any answer but 200. It sends nothing that differs between
 * installations.
 */
export const createReleaseFetch =
  (send: HttpClient, url = RELEASE_FEED) =>
  async (signal: AbortSignal): Promise<string> => {
    const headers = { 'user-agent': 'Belfry', accept: 'application/vnd.github+json' };
    const { statusCode, body } = await send({ method: 'GET', url, headers, body: '', signal });
    if (statusCode !== 200) throw new Error(`The release page answered ${statusCode}.`);
    return body;
  };
