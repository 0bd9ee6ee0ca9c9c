import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { extname, join, resolve } from 'node:path';
import type { Locator, Page, Request } from '@playwright/test';
import { build } from 'vite';
import { pseudoLocale } from '../support/pseudo-locale.ts';
import { expect, test, type Belfry } from './fixtures/belfry.ts';
import { pageFindings } from './fixtures/page-findings.ts';
import type { Receiver } from './fixtures/receiver.ts';

/**
 * The window with every message accented, longer and in brackets: what has none is not in the catalogue,
 * and what does not fit would not fit in German either. Data is written in Greek, to tell it from messages;
 * what the window shows of other data carries `translate="no"`.
 */

const ROOT = resolve(import.meta.dirname, '../..');
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};
const PLACES = [
  'overview',
  'alerts',
  'dead-letters',
  'deliveries',
  'heartbeats',
  'sources',
  'routing',
  'muting',
  'channels',
  'settings/general',
  'settings/backups',
  'settings/exchange',
  'audit',
  // Last, since these can end the page's own session.
  'settings/senders',
  'settings/about',
];

/** More than any select has whose options show other fields. */
const OPTIONS_MAX = 20;

let built: string;

test.beforeAll(async () => {
  built = mkdtempSync(join(tmpdir(), 'belfry-pseudo-'));
  await build({
    configFile: join(ROOT, 'vite.config.ts'),
    root: join(ROOT, 'renderer'),
    logLevel: 'error',
    plugins: [pseudoLocale()],
    build: { outDir: built, emptyOutDir: true },
  });
});

test.afterAll(() => rmSync(built, { recursive: true, force: true }));

/** Gives the page the built files in place of the host's. */
async function speakPseudo({ page, url }: Belfry): Promise<void> {
  await page.route(`${url}/**`, async (route) => {
    const { pathname } = new URL(route.request().url());
    const file = join(built, pathname === '/' ? 'index.html' : pathname);
    if (!file.startsWith(built) || !existsSync(file)) return route.fallback();
    await route.fulfill({ body: readFileSync(file), contentType: TYPES[extname(file)] ?? '' });
  });
  await page.reload();
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
}

/** Something of every kind that a view shows. */
async function fill(belfry: Belfry, receiver: Receiver): Promise<void> {
  const hook = await belfry.addWebhook('κανάλι', receiver.url);
  await receiver.down();
  await belfry.fire('δίσκος', {
    host: 'νας',
    severity: 'critical',
    message: 'Γεμάτος',
    url: 'https://νας.lan',
  });
  await belfry.fire('πράκτορας', { host: 'πι', severity: 'info', labels: { site: 'σπίτι' } });
  await belfry.api('tokens.create', { name: 'αισθητήρας', scope: 'ingest' });
  await belfry.api('routes.create', {
    name: 'διαδρομή',
    matchers: ['host="αλλού"'],
    channelIds: [hook],
    holdForMs: 60_000,
    group: { by: ['host'], waitMs: 30_000 },
    reminder: { intervalMs: 3_600_000, max: 3 },
    escalation: [{ afterMs: 600_000, channelIds: [hook] }],
  });
  await belfry.api('routes.create', { name: 'υπόλοιπα', channelIds: [hook] });
  const endsAt = Date.now() + 3_600_000;
  await belfry.api('silences.create', { matchers: ['host="αλλού"'], endsAt, comment: 'σιωπή' });
  const weekly = {
    type: 'weekly' as const,
    days: [6, 7],
    from: '22:00',
    to: '06:30',
    timeZone: 'UTC',
  };
  // Not of these alerts, which would be held on a weekend night.
  const matchers = ['host="αλλού"'];
  await belfry.api('maintenance.create', { name: 'συντήρηση', schedule: weekly, matchers });
  await belfry.api('inhibitions.create', {
    name: 'κανόνας',
    sourceMatchers: ['kind="δίκτυο"'],
    targetMatchers: ['kind="υπηρεσία"'],
    equal: ['site'],
  });
  const schedule = { type: 'period', periodMs: 86_400_000 } as const;
  await belfry.api('heartbeats.create', { name: 'αντίγραφο', schedule, graceMs: 3_600_000 });
  await belfry.api('settings.update', { publicUrl: 'http://belfry.lan' });
  await expect
    .poll(async () => (await belfry.api('system.status', {})).notifications.dead)
    .toBeGreaterThan(0);
}

/** Ticks every box of the dialog and tries every option of its selects, which show more fields. */
async function fillDialog(dialog: Locator, look: () => Promise<void>): Promise<void> {
  for (const box of await dialog.locator('input[type=checkbox]:not(:checked):enabled').all()) {
    if (await box.isVisible()) await box.check();
  }
  await look();
  const selects = dialog.locator('select:enabled:visible');
  for (let index = 0; index < (await selects.count()); index++) {
    const options = await selects.nth(index).locator('option').count();
    for (let option = 0; option < Math.min(options, OPTIONS_MAX); option++) {
      if (await selects.nth(index).locator('option').nth(option).isDisabled()) continue;
      await selects.nth(index).selectOption({ index: option });
      await look();
    }
  }
}

interface Looks {
  /** Notes what is wrong with what is shown. */
  readonly look: () => Promise<void>;
  /** Resolves once the host has answered everything. */
  readonly answered: () => Promise<void>;
}

/** Follows a page's requests; the returned function resolves once none is open. */
function answersOf(page: Page): () => Promise<void> {
  const open = new Set<Request>();
  page.on('request', (request) => open.add(request));
  page.on('requestfinished', (request) => open.delete(request));
  page.on('requestfailed', (request) => open.delete(request));
  const drawn = () => page.evaluate(() => new Promise(requestAnimationFrame));
  return async () => {
    await drawn();
    await expect.poll(() => open.size).toBe(0);
    await drawn();
  };
}

/** Presses every button of a part of the page that can be pressed, and looks at what that opens. */
async function pressButtons(page: Page, part: string, { look, answered }: Looks): Promise<void> {
  const buttons = page.locator(`${part} button:not([role=tab]):visible:enabled`);
  const names = new Set(await buttons.allInnerTexts());
  for (const name of [...names].filter((text) => text.trim() !== '')) {
    const button = buttons.filter({ hasText: name }).first();
    if (!(await button.isVisible()) || !(await button.isEnabled())) continue;
    // A notice may lie above it for a while.
    await button.dispatchEvent('click');
    // Some dialogs open with an answer of the host.
    await answered();
    await look();
    const dialog = page.getByRole('dialog');
    if (!(await dialog.isVisible())) continue;
    await fillDialog(dialog, look);
    await page.keyboard.press('Escape');
    await answered();
    // The dialog asks before it loses anything ticked or chosen in a form.
    const question = dialog.nth(1);
    if (await question.isVisible()) {
      await look();
      await question.locator('.danger').click();
    }
    await expect(dialog).toBeHidden();
  }
}

/** Looks at a view, at the details of its first item, and at everything that its buttons open. */
async function lookAround(page: Page, looks: Looks): Promise<void> {
  const { look } = looks;
  await page.waitForLoadState('networkidle');
  await look();
  const first = page.locator('main .row-link').first();
  const details = (await first.isVisible()) ? await first.getAttribute('href') : null;
  await pressButtons(page, 'main', looks);
  if (details === null) return;
  // By its address: a button may have taken its row out of the list.
  await page.evaluate((hash) => (location.hash = hash), details);
  await page.waitForLoadState('networkidle');
  await look();
  await pressButtons(page, 'aside', looks);
}

for (const width of [1_280, 360]) {
  test(`every view is translated and fits, ${width} px`, async ({ belfry, receiver }) => {
    test.setTimeout(300_000);
    const { page } = belfry;
    await page.setViewportSize({ width, height: 800 });
    await fill(belfry, receiver);
    await speakPseudo(belfry);
    const answered = answersOf(page);
    const found = new Map<string, Set<string>>();
    const lookAt = (place: string) => async () => {
      const seen = found.get(place) ?? new Set();
      for (const finding of await page.evaluate(pageFindings)) seen.add(finding);
      found.set(place, seen);
    };
    for (const place of PLACES) {
      await page.goto(`${belfry.url}/#/${place}`);
      await expect(page.locator('main h1')).toBeVisible();
      const look = lookAt(place);
      await lookAround(page, { look, answered });
      if (place.startsWith('settings/')) continue;
      const tabs = page.locator('main [role=tab]');
      for (let index = 1; index < (await tabs.count()); index++) {
        await page.goto(`${belfry.url}/#/${place}`);
        await tabs.nth(index).click();
        await lookAround(page, { look, answered });
      }
    }
    if (process.env['BELFRY_PSEUDO_REPORT']) {
      for (const [place, seen] of found) console.log(place, [...seen].join('\n  '));
    }
    for (const [place, seen] of found) {
      expect.soft([...seen], place).toEqual([]);
    }
  });
}
