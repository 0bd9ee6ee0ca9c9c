import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { chromium, type Page } from '@playwright/test';

/**
 * Takes the pictures of the README with the demo's data: `npm run screens:readme`. Build first; the moving one
 * needs img2webp (Debian's package `webp`).
 */

const ROOT = join(import.meta.dirname, '../..');
const CLI = join(ROOT, 'out/main/cli.js');
const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const SIZE = { width: 1_280, height: 800 };
/** GitHub shows a README 830 px wide. */
const MOVING_SIZE = { width: 960, height: 600 };
const SETTLED_MS = 1_500;

interface Demo {
  readonly link: string;
  /** The address that makes the demo's pager well. */
  readonly heal: string;
  stop(): Promise<void>;
}

async function startDemo(): Promise<Demo> {
  const child = spawn(process.execPath, [CLI, 'demo', '--port', '0'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  for await (const line of createInterface(child.stdout)) {
    const { event, dataDir } = JSON.parse(line) as { event?: string; dataDir?: string };
    if (event !== 'ready' || dataDir === undefined) continue;
    const login = execFileSync(process.execPath, [CLI, 'login', '--data-dir', dataDir]);
    const link = /http\S+/.exec(login.toString())?.[0];
    const heal = /http\S+\/heal/.exec(said)?.[0];
    if (link === undefined || heal === undefined) throw new Error(`The demo said: ${said}`);
    return {
      ...{ link, heal },
      async stop() {
        child.kill('SIGTERM');
        await once(child, 'exit');
      },
    };
  }
  throw new Error(`The demo did not start: ${said}`);
}

async function show(page: Page, hash: string): Promise<void> {
  await page.evaluate((to) => (location.hash = to), hash);
  await page.waitForTimeout(SETTLED_MS);
}

const shoot = (page: Page, name: string): Promise<unknown> =>
  page.screenshot({ path: join(ROOT, 'docs', name) });

/** Shows how a cause is removed and its dead letters are delivered, a frame for each step. */
async function film(page: Page, heal: string): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'belfry-film-'));
  const frames: string[] = [];
  const frame = async (durationMs: number): Promise<void> => {
    const path = join(dir, `${frames.length}.png`);
    await page.screenshot({ path });
    frames.push('-d', String(durationMs), path);
  };
  try {
    await show(page, '#/dead-letters');
    const group = page.getByRole('listitem').filter({ hasText: '– Pager' });
    await group.scrollIntoViewIfNeeded();
    await frame(2_000);
    await fetch(heal);
    await group.getByRole('button', { name: 'Requeue group' }).hover();
    await frame(1_000);
    await group.getByRole('button', { name: 'Requeue group' }).click();
    await page.waitForTimeout(400);
    await frame(1_500);
    await page.waitForTimeout(2_000);
    await frame(1_500);
    await show(page, '#/deliveries');
    await frame(3_000);
    const webp = join(dir, 'requeue.webp');
    execFileSync('img2webp', ['-loop', '0', '-lossy', '-q', '70', ...frames, '-o', webp]);
    writeFileSync(join(ROOT, 'docs/requeue.webp'), readFileSync(webp));
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

const demo = await startDemo();
const browser = await chromium.launch({
  ...(existsSync(CHROMIUM) ? { executablePath: CHROMIUM } : {}),
  args: ['--no-sandbox', '--disable-gpu'],
});
try {
  const page = await browser.newPage({ viewport: SIZE, colorScheme: 'light' });
  await page.goto(demo.link);
  await page.getByRole('navigation').first().waitFor();
  await show(page, '#/overview');
  await shoot(page, 'overview.png');
  await show(page, '#/alerts');
  await page.getByRole('link', { name: /pool_degraded/ }).click();
  await page.waitForTimeout(SETTLED_MS);
  await shoot(page, 'alert.png');
  await show(page, '#/dead-letters');
  await shoot(page, 'dead-letters.png');
  await page.setViewportSize(MOVING_SIZE);
  await film(page, demo.heal);
} finally {
  await browser.close();
  await demo.stop();
}
