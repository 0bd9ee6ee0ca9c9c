/**
 * Draws the pictures of docs/performance.md as SVG: bars of two sides, and lines against stored rows. Every number
 * is also in a table beside the picture. Colours follow the reader's choice of light or dark.
 */

const WIDTH = 720;
const FONT = 13;
const LINE = 22;
const LEFT = 56;
const TOP = 56;
/** Of a picture with lines: the area between the axes. */
const AREA = { width: 400, height: 240 };
/** Of a picture with bars: where they begin, and the longest. */
const BARS = { left: 130, width: 440, height: 16 };

/** Told apart by readers who do not see all colours; the order is that of Okabe and Ito. */
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#8c6d31'];
const DASHES = ['', '6 3', '2 3', '8 3 2 3'];

const STYLE = `
  text { font: ${FONT}px system-ui, sans-serif; fill: #1f2328; }
  .title { font-size: 16px; font-weight: 600; }
  .paper { fill: #ffffff; }
  .axis { stroke: #57606a; fill: none; }
  .grid { stroke: #d0d7de; fill: none; }
  .end { text-anchor: end; }
  .middle { text-anchor: middle; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; }
    .paper { fill: #161b22; }
    .axis { stroke: #8b949e; }
    .grid { stroke: #30363d; }
  }
`;

const XML: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
const escaped = (text: string): string => text.replaceAll(/[&<>]/g, (found) => XML[found] ?? found);

const fixed = (value: number): string => value.toFixed(1);

const text = (x: number, y: number, words: string, kind = ''): string =>
  `<text x="${fixed(x)}" y="${fixed(y)}" class="${kind}">${escaped(words)}</text>`;

const line = (x1: number, y1: number, x2: number, y2: number, kind: string): string =>
  `<line x1="${fixed(x1)}" y1="${fixed(y1)}" x2="${fixed(x2)}" y2="${fixed(y2)}" class="${kind}"/>`;

function picture(title: string, about: string, height: number, parts: readonly string[]): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="title about" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}">
<title id="title">${escaped(title)}</title>
<desc id="about">${escaped(about)}</desc>
<style>${STYLE}</style>
<rect class="paper" width="${WIDTH}" height="${height}" rx="8"/>
${text(16, 30, title, 'title')}
${parts.join('\n')}
</svg>
`;
}

export interface BarGroup {
  readonly label: string;
  readonly bars: readonly { readonly side: string; readonly value: number }[];
}

/** Draws a group of bars for each work. Within a group the longest is the full width, since works differ by far. */
export function drawBars(title: string, unit: string, groups: readonly BarGroup[]): string {
  const parts: string[] = [];
  let y = TOP;
  for (const { label, bars } of groups) {
    const longest = Math.max(...bars.map(({ value }) => value));
    parts.push(text(16, y + FONT, label));
    y += LINE;
    for (const [index, { side, value }] of bars.entries()) {
      const width = (value / longest) * BARS.width;
      const colour = COLOURS[index % COLOURS.length] ?? '';
      const shown = `${Math.round(value).toLocaleString('en')} ${unit}`;
      parts.push(
        text(BARS.left - 8, y + FONT, side, 'end'),
        `<rect x="${BARS.left}" y="${fixed(y)}" width="${fixed(width)}" height="${BARS.height}" fill="${colour}"/>`,
        text(BARS.left + width + 6, y + FONT, shown),
      );
      y += LINE;
    }
    y += LINE / 2;
  }
  const about = groups
    .map(({ label, bars }) => {
      const all = bars.map(
        ({ side, value }) => `${side} ${Math.round(value).toLocaleString('en')}`,
      );
      return `${label}: ${all.join(', ')} ${unit}`;
    })
    .join('. ');
  return picture(title, `${about}.`, y + 8, parts);
}

export interface Series {
  readonly label: string;
  /** Ascending by x; both are above 0. */
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

/** Whole powers of ten around the values. */
function decades(values: readonly number[]): number[] {
  const from = Math.floor(Math.log10(Math.min(...values)) + 1e-9);
  const to = Math.max(from + 1, Math.ceil(Math.log10(Math.max(...values)) - 1e-9));
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

/** Maps a number to its place between two ends, by its logarithm. */
const onLog =
  (exponents: readonly number[], start: number, end: number) =>
  (value: number): number => {
    const [first = 0, last = 1] = [exponents[0], exponents.at(-1)];
    return start + ((Math.log10(value) - first) / (last - first)) * (end - start);
  };

const power = (exponent: number): string =>
  (10 ** exponent).toLocaleString('en', { maximumFractionDigits: 6 });

/** Draws a line for each series; both axes are logarithmic. */
export function drawLines(
  title: string,
  axes: { readonly x: string; readonly y: string },
  series: readonly Series[],
): string {
  const all = series.flatMap(({ points }) => points);
  const [columns, rows] = [decades(all.map(({ x }) => x)), decades(all.map(({ y }) => y))];
  const [right, bottom] = [LEFT + AREA.width, TOP + 20 + AREA.height];
  const [atX, atY] = [onLog(columns, LEFT, right), onLog(rows, bottom, TOP + 20)];
  const parts = [text(16, TOP, axes.y)];
  for (const exponent of rows) {
    const y = atY(10 ** exponent);
    parts.push(line(LEFT, y, right, y, 'grid'), text(LEFT - 6, y + 4, power(exponent), 'end'));
  }
  for (const exponent of columns) {
    const x = atX(10 ** exponent);
    parts.push(
      line(x, bottom, x, bottom + 5, 'axis'),
      text(x, bottom + 20, power(exponent), 'middle'),
    );
  }
  parts.push(
    line(LEFT, bottom, right, bottom, 'axis'),
    text(LEFT + AREA.width / 2, bottom + 42, axes.x, 'middle'),
  );
  for (const [index, { label, points }] of series.entries()) {
    const stroke = `stroke="${COLOURS[index % COLOURS.length] ?? ''}" stroke-width="2" stroke-dasharray="${DASHES[index % DASHES.length] ?? ''}" fill="none"`;
    const drawn = points.map(({ x, y }) => `${fixed(atX(x))},${fixed(atY(y))}`).join(' ');
    const y = TOP + 20 + index * LINE;
    parts.push(
      `<polyline points="${drawn}" ${stroke}/>`,
      `<path d="M${right + 24} ${y} h28" ${stroke}/>`,
      text(right + 60, y + 4, label),
    );
  }
  const about = series
    .map(
      ({ label, points }) =>
        `${label}: ${points.map(({ x, y }) => `${y.toPrecision(3)} at ${x.toLocaleString('en')}`).join(', ')}`,
    )
    .join('. ');
  return picture(title, `${axes.y}. ${about}.`, bottom + 60, parts);
}
