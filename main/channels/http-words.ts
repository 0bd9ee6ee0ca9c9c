import type { HttpAnswer } from './http-client.ts';

/** An answer's body as a JSON object; empty when it is none. */
export function wordsOf({
  excerpt,
}: Pick<HttpAnswer, 'excerpt'>): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(excerpt);
    return typeof parsed === 'object' && parsed !== null ? { ...parsed } : {};
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}
