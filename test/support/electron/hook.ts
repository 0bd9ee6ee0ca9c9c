import { registerHooks } from 'node:module';
import { isMainThread } from 'node:worker_threads';

/** Loaded with `node --import`: whoever imports `electron` gets the stand-in, driven over this process's IPC. */
const STAND_IN = new URL('./index.ts', import.meta.url).href;

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'electron' ? { url: STAND_IN, shortCircuit: true } : next(specifier, context),
});

if (isMainThread && process.send) await import('./remote.ts');
