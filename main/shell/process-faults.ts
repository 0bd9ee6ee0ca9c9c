import { errorText, type LogFields, type Logger } from '../base/logger.ts';

/**
 * Keeps the process going when nobody reads its output any more: a terminal that was closed makes each
 * later line an EPIPE or EIO, which without a listener is an uncaught exception.
 */
export function guardOutput(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
}

/**
 * Logs what nothing else has caught, and goes on: the core is in its own thread and watched there. Without
 * listeners Electron shows a dialog for each exception, and says nothing of a rejected promise.
 */
export function catchFaults(logger: Logger): void {
  const fields = (error: unknown): LogFields => ({
    error: errorText(error),
    stack: error instanceof Error ? error.stack : undefined,
  });
  process.on('uncaughtException', (error) => {
    logger.log('error', 'uncaught exception', fields(error));
  });
  process.on('unhandledRejection', (reason) => {
    logger.log('error', 'unhandled rejection', fields(reason));
  });
}
