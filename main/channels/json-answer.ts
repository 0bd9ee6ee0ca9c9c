import type { HttpAnswer } from './http-client.ts';

/** A service's answer read as a JSON object; empty when it is none, as it is when a proxy answers in its place. */
export function jsonAnswer({ excerpt }: HttpAnswer): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(excerpt);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}

/**
 * Whether an answer begins as a JSON object that names `field` does. For services that quote the message:
 * only the beginning of an answer is kept, so what they say of a long one does not parse.
 */
export const namesField = ({ excerpt }: HttpAnswer, field: string): boolean =>
  /^\s*\{/.test(excerpt) && excerpt.includes(`"${field}"`);
