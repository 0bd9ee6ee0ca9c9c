import type { Logger } from '../../main/base/logger.ts';

/** Keeps what was logged, for a test to look at. */
export function keptLog(): Logger & { readonly lines: string[] } {
  const lines: string[] = [];
  return { lines, log: (level, message) => void lines.push(`${level}: ${message}`) };
}
