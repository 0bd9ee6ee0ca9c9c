export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

/**
 * Structured logging, one JSON object a line. Fields are flat and chosen one by one by the caller;
 * never pass a configuration, a request or an error's properties wholesale, since they may hold secrets.
 */
export interface Logger {
  log(level: LogLevel, message: string, fields?: LogFields): void;
}

const RANK: Record<LogLevel, number> = { debug: 0, info: 1, warn: 2, error: 3 };

/** Writes lines at or above `minimum` to `write`, which in both hosts is stderr: stdout belongs to scripts. */
export function createLogger(
  write: (line: string) => void,
  now: () => number,
  minimum: LogLevel = 'info',
): Logger {
  return {
    log(level, message, fields = {}) {
      if (RANK[level] < RANK[minimum]) return;
      write(
        JSON.stringify({ time: new Date(now()).toISOString(), level, message, ...fields }) + '\n',
      );
    },
  };
}

/** Returns the text of an unknown thrown value, for a log field. */
export const errorText = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
