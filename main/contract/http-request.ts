import { METHODS, type MethodDefinition, type MethodName } from './methods.ts';

export interface HttpRequest {
  readonly verb: MethodDefinition['http']['verb'];
  /** Path and query, without an origin. */
  readonly path: string;
  /** JSON; null for verbs without a body. */
  readonly body: string | null;
}

const queryText = (value: unknown): string =>
  Array.isArray(value) ? value.map(String).join(',') : String(value);

/**
 * Returns a method's request: `:name` parts of its path are taken from the input, and the rest goes into
 * the query of a GET or DELETE, or into the body. Lists in a query are comma-separated.
 */
export function httpRequest(name: MethodName, input: unknown): HttpRequest {
  const { verb, path: template } = METHODS[name].http;
  if (Array.isArray(input)) return { verb, path: template, body: JSON.stringify(input) };
  const rest = new Map(Object.entries(input as Record<string, unknown>));
  const path = template.replace(/:([a-zA-Z]+)/g, (_, key: string) => {
    const value = rest.get(key);
    rest.delete(key);
    return encodeURIComponent(queryText(value));
  });
  if (verb !== 'GET' && verb !== 'DELETE') {
    return { verb, path, body: JSON.stringify(Object.fromEntries(rest)) };
  }
  const query = new URLSearchParams();
  for (const [key, value] of rest) if (value !== undefined) query.set(key, queryText(value));
  return { verb, path: query.size > 0 ? `${path}?${query.toString()}` : path, body: null };
}

/** Returns the address of a path of the host, such as `/api/v1/alerts`, below `base`. */
export const addressBelow = (base: string, path: string): string => new URL(`.${path}`, base).href;
