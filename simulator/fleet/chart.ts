/** Charts as inline SVG, without script or anything from elsewhere. Colours are those of the page (`currentColor` and classes). */

/** One line of a chart: its name, its class in the style of the page, and its values. */
export interface Series {
  readonly name: string;
  readonly kind: 'first' | 'second';
  readonly values: readonly number[];
}

const WIDTH = 720;
const HEIGHT = 200;
const LEFT = 64;
const BOTTOM = 24;
const TOP = 12;
const TICKS = 4;

/** Values over seconds. */
export function lineChart(seconds: readonly number[], series: readonly Series[]): string {
  const last = Math.max(1, seconds.at(-1) ?? 1);
  const most = ceiling(Math.max(0, ...series.flatMap(({ values }) => values)));
  const x = (second: number): number => LEFT + (second / last) * (WIDTH - LEFT - 8);
  const lines = series.map(({ name, kind, values }) => {
    const points = values.map(
      (value, place) => `${tenths(x(seconds[place] as number))},${tenths(heightOf(value, most))}`,
    );
    return `<polyline class="${kind}" points="${points.join(' ')}"><title>${name}</title></polyline>`;
  });
  const legend = series.map(
    ({ name, kind }, place) => `<text class="${kind}" x="${LEFT + 8 + place * 150}" y="${TOP + 4}">${name}</text>`,
  );
  const times = [0, 0.25, 0.5, 0.75, 1].map((share) => {
    const anchor = share === 1 ? 'end' : 'middle';
    return `<text x="${tenths(x(share * last))}" y="${HEIGHT - 6}" text-anchor="${anchor}">${short(share * last)} s</text>`;
  });
  return svg([...grid(most), ...lines, ...legend, ...times]);
}

/** How many fell between one edge and the next. */
export function barChart(bars: readonly { readonly label: string; readonly count: number }[]): string {
  const most = ceiling(Math.max(0, ...bars.map(({ count }) => count)));
  const step = (WIDTH - LEFT - 8) / Math.max(1, bars.length);
  const every = Math.ceil(bars.length / 12);
  const drawn = bars.map(({ label, count }, place) => {
    const y = heightOf(count, most);
    const x = LEFT + place * step;
    const bar = `<rect class="first" x="${tenths(x + 1)}" y="${tenths(y)}" width="${tenths(Math.max(1, step - 2))}" height="${tenths(HEIGHT - BOTTOM - y)}"><title>${label}: ${count}</title></rect>`;
    if (place % every !== 0) return bar;
    return `${bar}<text x="${tenths(x + step / 2)}" y="${HEIGHT - 6}" text-anchor="middle">${label}</text>`;
  });
  return svg([...grid(most), ...drawn]);
}

function svg(parts: readonly string[]): string {
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img">${parts.join('')}</svg>`;
}

function grid(most: number): string[] {
  return Array.from({ length: TICKS + 1 }, (_, tick) => {
    const value = (most * tick) / TICKS;
    const y = tenths(heightOf(value, most));
    return `<line x1="${LEFT}" x2="${WIDTH - 8}" y1="${y}" y2="${y}"/><text x="${LEFT - 6}" y="${y + 4}" text-anchor="end">${short(value)}</text>`;
  });
}

function heightOf(value: number, most: number): number {
  return HEIGHT - BOTTOM - (value / most) * (HEIGHT - BOTTOM - TOP - 10);
}

/** The next of 1, 2, 4, 5, 10, 20, …: the top of an axis. */
function ceiling(value: number): number {
  if (value <= 0) return 1;
  const decade = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 4, 5, 10].find((step) => step * decade >= value) ?? 10) * decade;
}

function short(value: number): string {
  if (value >= 10_000) return `${tenths(value / 1000)}k`;
  return String(value < 10 ? tenths(value) : Math.round(value));
}

function tenths(value: number): number {
  return Math.round(value * 10) / 10;
}
