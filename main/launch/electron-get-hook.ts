import { registerHooks } from 'node:module';

/** Loaded with `node --import` before Electron's install.js, which then downloads by `electron-get.ts`. */
const OURS = new URL('./electron-get.ts', import.meta.url).href;

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === '@electron/get' && context.parentURL?.endsWith('/electron/install.js')
      ? { url: OURS, format: 'module-typescript', shortCircuit: true }
      : next(specifier, context),
});
