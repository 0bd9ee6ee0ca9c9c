import { registerHooks } from 'node:module';
import { isMainThread } from 'node:worker_threads';

/** Loaded with `node --import`: whoever imports `electron` gets the stand-in, driven over this process's IPC. */
const STAND_IN = new URL('./index.ts', import.meta.url).href;

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'electron' ? { url: STAND_IN, shortCircuit: true } : next(specifier, context),
});

/** Electron shows an error that nothing catches in a dialog, one of its entry too, and goes on. */
if (isMainThread) {
  process.on('uncaughtException', (error) => {
    if (process.listenerCount('uncaughtException') > 1) return;
    process.stderr.write(
      `[error box] A JavaScript error occurred in the main process: ${String(error)}\n`,
    );
  });
}

if (isMainThread && process.send) await import('./remote.ts');
