import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { chromium, type Page } from '@playwright/test';
import { z } from 'zod';
import { ServerProcess } from '../support/server-process.ts';
import { quantile, type Figure } from './report.ts';
import { TOKEN } from './seed.ts';

const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const ASSETS = resolve(import.meta.dirname, '../../out/renderer/assets');
const SCROLL_TIMEOUT_MS = 300_000;
const FRAME_60_MS = 16.7;
const FRAME_30_MS = 33;
const EVENTS_PER_SECOND = 50;
const STEPS_PER_SECOND = 10;

const link = z.object({ url: z.url() });
/** The measurements of the page while it scrolled. */
interface Scrolled {
  readonly frames: number[];
  readonly nodesMost: number;
  readonly rows: number;
}

/** Scrolls to the end of all rows, half a screen a frame, and waits where they are still loaded. Runs in the page. */
async function scrollThrough({ rows, timeoutMs }: { rows: number; timeoutMs: number }) {
  const frames: number[] = [];
  let nodesMost = 0;
  let last = 0;
  const lastRow = (): number =>
    Number([...document.querySelectorAll('main li[data-index]')].at(-1)?.ariaPosInSet ?? 0);
  const deadline = performance.now() + timeoutMs;
  let before = await new Promise<number>(requestAnimationFrame);
  while (last < rows && performance.now() < deadline) {
    window.scrollBy(0, innerHeight / 2);
    const now = await new Promise<number>(requestAnimationFrame);
    frames.push(now - before);
    before = now;
    if (frames.length % 20 === 0) {
      last = lastRow();
      nodesMost = Math.max(nodesMost, document.querySelectorAll('*').length);
    }
  }
  return { frames, nodesMost, rows: last };
}

const shareAbove = (frames: readonly number[], limitMs: number): number =>
  (100 * frames.filter((ms) => ms > limitMs).length) / frames.length;

/** Returns the name of the row at a point. Runs in the page. */
const rowAt = ([x, y]: readonly [number, number]): string =>
  document.elementFromPoint(x, y)?.closest('li')?.querySelector('.row-link')?.textContent.trim() ??
  '';

/** Returns how often another row was under the resting pointer while events arrived. */
async function movedRows(page: Page, server: ServerProcess, seconds: number): Promise<number> {
  const box = await page.locator('main li .row-link').nth(3).boundingBox();
  if (!box) throw new Error('no row to rest on');
  const point = [box.x + 10, box.y + box.height / 2] as const;
  await page.mouse.move(...point);
  let before = await page.evaluate(rowAt, point);
  let moved = 0;
  for (let step = 0; step < seconds * STEPS_PER_SECOND; step += 1) {
    const sentAt = performance.now();
    const events = Array.from({ length: EVENTS_PER_SECOND / STEPS_PER_SECOND }, (_, part) => ({
      ...{ source: 'bench', host: `host-${step}-${part}`, kind: 'arrived', status: 'firing' },
    }));
    await server.call('POST', '/api/v1/events', events);
    const now = await page.evaluate(rowAt, point);
    if (now !== before) moved += 1;
    before = now;
    await page.waitForTimeout(Math.max(0, 1_000 / STEPS_PER_SECOND - (performance.now() - sentAt)));
  }
  return moved;
}

/** Returns the size of the scripts and styles of the first view, in kB, compressed as the host sends them. */
function bundleKb(): number {
  if (!existsSync(ASSETS)) throw new Error('There is no build. Run `npm run build` first.');
  const files = readdirSync(ASSETS).filter((name) => /\.(js|css)$/.test(name));
  const bytes = files.map((name) => gzipSync(readFileSync(join(ASSETS, name))).length);
  return bytes.reduce((sum, size) => sum + size, 0) / 1_000;
}

/** Opens the window and returns it with the times from the navigation to the first paint and to the first rows, in ms. */
async function openWindow(page: Page, server: ServerProcess) {
  const { body } = await server.call('POST', '/api/v1/session/link', {});
  await page.goto(link.parse(body).url);
  await page.locator('main h1').waitFor();
  await page.goto(`${server.url}/#/alerts`);
  await page.reload();
  await page.locator('main li .row-link').first().waitFor();
  const rowsMs = await page.evaluate(() => performance.now());
  const paintMs = await page.evaluate(
    () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0,
  );
  const calls = await page.evaluate(
    () =>
      performance.getEntriesByType('resource').filter(({ name }) => name.endsWith('/status'))
        .length,
  );
  return { rowsMs, paintMs, calls };
}

/** The window with `rows` alerts stored: its start, a scroll through all of them, and a pointer at rest. */
export async function measureWindow(
  dataDir: string,
  rows: number,
  seconds: number,
): Promise<Figure[]> {
  const server = await ServerProcess.start({ dataDir, adminToken: TOKEN });
  const browser = await chromium.launch({
    ...(existsSync(CHROMIUM) && { executablePath: CHROMIUM }),
    args: ['--no-sandbox', '--disable-gpu'],
  });
  try {
    const page = await (
      await browser.newContext({ viewport: { width: 1_280, height: 800 } })
    ).newPage();
    const opened = await openWindow(page, server);
    const moved = await movedRows(page, server, seconds);
    await page.mouse.move(0, 0);
    await page.getByRole('tab', { name: 'All' }).click();
    await page.locator('main li .row-link').first().waitFor();
    const scrolled: Scrolled = await page.evaluate(scrollThrough, {
      ...{ rows, timeoutMs: SCROLL_TIMEOUT_MS },
    });
    const figure = (label: string, value: number, unit: Figure['unit']): Figure => ({
      ...{ label, value, unit, rows },
    });
    return [
      figure('first paint', opened.paintMs, 'ms'),
      figure('first rows', opened.rowsMs, 'ms'),
      figure('requests of the status', opened.calls, ''),
      figure('rows scrolled through', scrolled.rows, ''),
      figure(`frames over ${FRAME_60_MS} ms`, shareAbove(scrolled.frames, FRAME_60_MS), '%'),
      figure(`frames over ${FRAME_30_MS} ms`, shareAbove(scrolled.frames, FRAME_30_MS), '%'),
      figure('frame, p99', quantile(scrolled.frames, 0.99), 'ms'),
      figure('slowest frame', Math.max(...scrolled.frames), 'ms'),
      figure('most nodes', scrolled.nodesMost, ''),
      figure(
        `rows moved under the pointer in ${seconds} s of ${EVENTS_PER_SECOND} events/s`,
        moved,
        '',
      ),
      figure('scripts and styles, compressed', bundleKb(), 'kB'),
    ];
  } finally {
    await browser.close();
    await server.kill();
  }
}
