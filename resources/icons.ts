import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Resvg } from '@resvg/resvg-js';
import { TRAY_ICONS, type TrayIcon } from '../main/shell/tray-view.ts';
import { ICNS_TYPES, icns, ico, type Png } from './containers.ts';

/** Draws every icon from belfry.svg: `npm run icons`. What it writes is committed, and a test compares. */

const ROOT = join(import.meta.dirname, '..');
const APP_EDGES = [16, 24, 32, 48, 64, 128, 256, 512, 1_024];
const WINDOWS_EDGES = [16, 24, 32, 48, 64, 128, 256];
const WINDOWS_TRAY_EDGES = [16, 20, 24, 32, 48];
/** The gap between bell and badge, so that they stay apart where both have one colour. */
const GAP = 112;

const svg = (content: string): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1024 1024">${content}</svg>`;

/** The content of one layer of the source. */
function layer(source: string, id: string): string {
  const content = new RegExp(`<g id="${id}">(.*?)</g>`, 's').exec(source)?.[1];
  if (content === undefined) throw new Error(`belfry.svg has no layer ${id}`);
  return content;
}

function draw(content: string, edge: number): Png {
  const image = new Resvg(svg(content), { fitTo: { mode: 'width', value: edge } });
  return { edge, data: image.render().asPng() };
}

/** All shapes in one paint, whatever colours they have. */
const paint = (shapes: string, colour: string, gap = 0): string =>
  shapes
    .replace(/ (fill|stroke|stroke-width)="[^"]*"/g, '')
    .replaceAll('/>', ` fill="${colour}" stroke="${colour}" stroke-width="${gap}"/>`);

/** The bell with a hole where the badge goes, then the badge. */
function trayContent(source: string, name: TrayIcon): string {
  const badge = layer(source, name);
  const outline = badge.replace(/<path class="mark"[^>]*\/>/g, '');
  const width = name === 'down' ? 200 : GAP;
  return `<mask id="hole"><rect width="1024" height="1024" fill="white"/>${paint(outline, 'black', width)}</mask>
    <g mask="url(#hole)">${layer(source, 'bell')}</g>${badge}`;
}

/** The same as one alpha mask, which macOS paints in the menu bar's own colour. */
function templateContent(source: string, name: TrayIcon): string {
  const badge = layer(source, name);
  const mark = (/<path class="mark"[^>]*\/>/.exec(badge) ?? [''])[0];
  const outline = badge.replace(mark, '');
  const width = name === 'down' ? 200 : GAP;
  return `<mask id="hole"><rect width="1024" height="1024" fill="white"/>${paint(outline, 'black', width)}</mask>
    <mask id="mark"><rect width="1024" height="1024" fill="white"/>${paint(mark, 'black')}</mask>
    <g mask="url(#hole)">${paint(layer(source, 'bell'), 'black')}</g>
    <g mask="url(#mark)">${paint(outline, 'black', name === 'down' ? 88 : 0)}</g>`;
}

function appIcons(source: string): [path: string, data: Buffer][] {
  const app = new Map(
    [...new Set([...APP_EDGES, ...WINDOWS_EDGES])].map((edge) => [
      edge,
      draw(layer(source, 'app'), edge),
    ]),
  );
  const of = (edge: number): Png => app.get(edge) ?? draw(layer(source, 'app'), edge);
  return [
    ...APP_EDGES.map((edge): [string, Buffer] => [
      `resources/icons/${edge}x${edge}.png`,
      of(edge).data,
    ]),
    ['resources/icons/icon.ico', ico(WINDOWS_EDGES.map(of))],
    ['resources/icons/icon.icns', icns(ICNS_TYPES.map(([type, edge]) => [type, of(edge).data]))],
  ];
}

/** Those of the page as an installed app. A maskable one is cut to the shape of the system, so its corners are empty. */
function pageIcons(source: string): [path: string, data: Buffer][] {
  const app = layer(source, 'app');
  const filled = `<rect width="1024" height="1024" fill="#1d3557"/>
    <g transform="translate(102.4 102.4) scale(0.8)">${app}</g>`;
  return [
    ...[192, 512].map((edge): [string, Buffer] => [
      `renderer/public/icon-${edge}.png`,
      draw(app, edge).data,
    ]),
    ['renderer/public/icon-maskable-512.png', draw(filled, 512).data],
  ];
}

function trayIcons(source: string): [path: string, data: Buffer][] {
  return TRAY_ICONS.flatMap((name): [string, Buffer][] => {
    const colour = trayContent(source, name);
    const template = templateContent(source, name);
    return [
      [`resources/tray/${name}.png`, draw(colour, 24).data],
      [`resources/tray/${name}@2x.png`, draw(colour, 48).data],
      [`resources/tray/${name}.ico`, ico(WINDOWS_TRAY_EDGES.map((edge) => draw(colour, edge)))],
      [`resources/tray/${name}Template.png`, draw(template, 16).data],
      [`resources/tray/${name}Template@2x.png`, draw(template, 32).data],
    ];
  });
}

/** The states of the tray side by side, on a light panel and on a dark one. */
function traySheet(source: string): Buffer {
  const cell = 96;
  const edge = 48;
  const inset = (cell - edge) / 2;
  const scale = edge / 1_024;
  const rows = ['#f2f2f2', '#1d1f23'].map((panel, row) => {
    const icons = TRAY_ICONS.map((name, column) => {
      const at = `translate(${column * cell + inset} ${row * cell + inset}) scale(${scale})`;
      const content = trayContent(source, name).replaceAll('hole', `hole-${row}-${column}`);
      return `<g transform="${at}">${content}</g>`;
    });
    const width = TRAY_ICONS.length * cell;
    return `<rect y="${row * cell}" width="${width}" height="${cell}" fill="${panel}"/>${icons.join('')}`;
  });
  const size = `width="${TRAY_ICONS.length * cell}" height="${rows.length * cell}"`;
  return new Resvg(`<svg xmlns="http://www.w3.org/2000/svg" ${size}>${rows.join('')}</svg>`)
    .render()
    .asPng();
}

/** Every icon by its path from the repository's root. The same source always gives the same bytes. */
export function drawIcons(): Map<string, Buffer> {
  const source = readFileSync(join(import.meta.dirname, 'belfry.svg'), 'utf8');
  const sheet: [string, Buffer] = ['docs/tray-icons.png', traySheet(source)];
  return new Map([...appIcons(source), ...pageIcons(source), ...trayIcons(source), sheet]);
}

if (import.meta.main) {
  const icons = drawIcons();
  for (const [path, data] of icons) {
    mkdirSync(join(ROOT, dirname(path)), { recursive: true });
    writeFileSync(join(ROOT, path), data);
  }
  console.log(`${icons.size} icons drawn`);
}
