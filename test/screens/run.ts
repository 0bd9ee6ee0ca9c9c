import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium, type Browser } from '@playwright/test';
import { z } from 'zod';
import { ServerProcess } from '../support/server-process.ts';
import { STATES } from './states.ts';

/**
 * Pictures of the views to be looked at, by state, colours, width and language, into a folder:
 * `npm run screens -- [--out DIR] [--view overview] [--state few] [--theme dark] [--width 400] [--language de]`.
 * Each option can be given several times and takes everything when it is left out. Build first.
 */

const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const HEIGHT = 1_000;
const TOKEN = 'screens-token';
/** Longer than the window waits before it says that the connection is lost. */
const SETTLED_MS = 1_500;

const CHOICES = {
  view: [
    ...[
      'overview',
      'alerts',
      'dead-letters',
      'deliveries',
      'heartbeats',
      'sources',
      'channels',
      'routing',
    ],
    ...['muting', 'settings/senders', 'settings/general', 'settings/backups', 'audit', 'wall'],
  ],
  state: Object.keys(STATES),
  theme: ['light', 'dark', 'contrast'],
  width: ['400', '1280', '2560'],
  language: ['en', 'de'],
};
type Choice = keyof typeof CHOICES;

const several = { type: 'string', multiple: true } as const;
const { values } = parseArgs({
  options: {
    out: { type: 'string', default: join(tmpdir(), 'belfry-screens') },
    ...{ view: several, state: several, theme: several, width: several, language: several },
  },
});
const wanted = (choice: Choice): string[] =>
  z.array(z.enum(CHOICES[choice])).parse(values[choice] ?? CHOICES[choice]);

/** Takes every wanted picture of one state, in one window for each theme and language. */
async function shoot(browser: Browser, name: string, out: string): Promise<number> {
  const state = STATES[name];
  if (!state) throw new Error(`There is no state ${name}`);
  const dataDir = mkdtempSync(join(tmpdir(), 'belfry-screens-data-'));
  const server = await ServerProcess.start({ dataDir, adminToken: TOKEN });
  let count = 0;
  try {
    await state.fill(server);
    for (const theme of wanted('theme')) {
      for (const locale of wanted('language')) {
        const { body } = await server.call('POST', '/api/v1/session/link', {});
        const context = await browser.newContext({ locale });
        await context.addInitScript((kept) => localStorage.setItem('belfry.theme', kept), theme);
        const page = await context.newPage();
        await page.goto((body as { url: string }).url);
        await page.getByRole('navigation').waitFor();
        for (const view of wanted('view')) {
          await page.evaluate((hash) => (location.hash = hash), `#/${view}`);
          await state.disturb?.(page);
          for (const width of wanted('width')) {
            await page.setViewportSize({ width: Number(width), height: HEIGHT });
            await page.waitForTimeout(SETTLED_MS);
            const file = [view.replace('/', '-'), name, theme, width, locale].join('_');
            await page.screenshot({ path: join(out, `${file}.png`) });
            count += 1;
          }
        }
        await context.close();
      }
    }
  } finally {
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
  return count;
}

const { out } = values;
mkdirSync(out, { recursive: true });
const browser = await chromium.launch({
  ...(existsSync(CHROMIUM) ? { executablePath: CHROMIUM } : {}),
  args: ['--no-sandbox', '--disable-gpu'],
});
let count = 0;
for (const name of wanted('state')) count += await shoot(browser, name, out);
await browser.close();
console.log(`${count} pictures are in ${out}`);
