import { existsSync } from 'node:fs';
import { defineConfig, type Project } from '@playwright/test';
import type { TargetOptions } from './test/e2e/fixtures/target.ts';

/**
 * The same specs against every way to run Belfry: `headless` in a browser, `stand-in` (the built main
 * process and preload, on a stand-in for Electron), and `electron` where its runtime is installed.
 * What only some of them have is in a spec of its own, which the others do not list.
 */
const SHARED =
  /(overview|alerts|alert-list|first-steps|audit|flapping|dead-letters|heartbeats|routing|palette|search|muting|channels|settings|sources|incoming|exchange|keyboard|accessibility|restart|still|csp|unsaved|templates)\.spec\.ts$/;
const DESKTOP = /desktop\.spec\.ts$/;
/** Debian's, or the one that is named; else the one that Playwright has downloaded. */
const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const hasElectron = existsSync('node_modules/electron/path.txt');

const projects: Project<TargetOptions>[] = [
  {
    name: 'headless',
    testMatch: [
      SHARED,
      /(sign-in|wall|language|links|proxy-path|pseudo-locale|hostile|views|offline)\.spec\.ts$/,
    ],
    use: { target: 'headless' },
  },
  {
    name: 'stand-in',
    testMatch: [SHARED, DESKTOP, /(tray|cores|desktop-app)\.spec\.ts$/],
    use: { target: 'stand-in' },
  },
  ...(hasElectron
    ? [{ name: 'electron', testMatch: [SHARED, DESKTOP], use: { target: 'electron' as const } }]
    : []),
];

export default defineConfig<TargetOptions>({
  testDir: 'test/e2e',
  outputDir: 'test-results',
  globalSetup: './test/e2e/fixtures/say-targets.ts',
  workers: process.env['CI'] ? 1 : 2,
  fullyParallel: true,
  forbidOnly: true,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [['list']],
  projects,
  use: {
    browserName: 'chromium',
    viewport: { width: 1_100, height: 760 },
    // Requests of a page that has one pass by `page.route`; `offline.spec.ts` allows it.
    serviceWorkers: 'block',
    // A recording costs a fifth of the time: `npx playwright test --trace retain-on-failure` makes one.
    trace: 'off',
    screenshot: 'only-on-failure',
    launchOptions: {
      ...(existsSync(CHROMIUM) ? { executablePath: CHROMIUM } : {}),
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
});
