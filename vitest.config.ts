import { svelte } from '@sveltejs/vite-plugin-svelte';
import { svelteTesting } from '@testing-library/svelte/vite';
import { defineConfig } from 'vitest/config';
import { SlowFirst } from './test/run/slow-first.ts';

const setupFiles = ['test/setup.ts'];

/**
 * Four projects, by what they need: `unit` plain Node, `window` a DOM, `peers` real programs of the
 * system (Prometheus, dunst, strace), `packaging` electron-builder. The files of `unit` and of `window`
 * share their process and its modules, since no module keeps a state: starting jsdom and reading the
 * modules for each file took three quarters of the time of the window's tests.
 */
export default defineConfig({
  test: {
    // Vitest leaves a core to itself, which on a machine of two is half of the work.
    maxWorkers: '100%',
    sequence: { sequencer: SlowFirst },
    tags: [{ name: 'slow', description: 'Takes seconds; `npm test -- --quick` leaves it out.' }],
    projects: [
      {
        test: {
          name: 'unit',
          environment: 'node',
          isolate: false,
          include: ['test/**/*.test.ts'],
          exclude: ['test/{renderer,peers,packaging,e2e}/**'],
          // Months of simulated time are thousands of commits with their fsync, on disks of any speed.
          testTimeout: 180_000,
          hookTimeout: 60_000,
          setupFiles,
        },
      },
      {
        plugins: [svelte({ configFile: './svelte.config.js' }), svelteTesting()],
        test: {
          name: 'window',
          environment: 'jsdom',
          isolate: false,
          include: ['test/renderer/**/*.test.ts'],
          testTimeout: 60_000,
          setupFiles: [...setupFiles, 'test/renderer/support/setup.ts'],
        },
      },
      {
        test: {
          name: 'peers',
          environment: 'node',
          include: ['test/peers/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 60_000,
          setupFiles,
        },
      },
      {
        test: {
          name: 'packaging',
          environment: 'node',
          include: ['test/packaging/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
});
