import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';
import { offlinePage } from './resources/offline-page.ts';
import { thirdPartyNotices } from './resources/third-party-notices.ts';
import { windowCatalogues } from './resources/window-catalogues.ts';

export default defineConfig({
  root: 'renderer',
  base: './',
  plugins: [
    svelte({ configFile: '../svelte.config.js' }),
    windowCatalogues(),
    offlinePage(),
    thirdPartyNotices('window'),
  ],
  build: { outDir: '../out/renderer', emptyOutDir: true, target: 'es2023' },
  server: { host: '127.0.0.1', port: 5173, strictPort: true },
});
