/** A run as a picture: what the terminal reported, minute by minute, and what was concluded when. */

/** One report, live or stored, by the terminal's own time. */
export interface Point {
  /** Seconds of the scenario. */
  readonly t: number;
  readonly stored: boolean;
  readonly fixed: boolean;
  /** Volts, 0–31 or 99, satellites used, km/h; undefined where it was not said. */
  readonly supply: number | undefined;
  readonly csq: number | undefined;
  readonly satellites: number | undefined;
  readonly speed: number;
  /** What `Timeline.more` names. */
  readonly more?: number | undefined;
}

/** A step of an event. */
export interface Mark {
  readonly t: number;
  readonly label: string;
  /** Something is held against somebody from here on. */
  readonly accuses: boolean;
}

export interface Timeline {
  readonly title: string;
  readonly points: readonly Point[];
  readonly marks: readonly Mark[];
  /** When the act began. */
  readonly onset: number;
  /** What is shown. */
  readonly from: number;
  readonly until: number;
  /** A lane that this one has besides, and the value at its top. */
  readonly more?: { readonly name: string; readonly top: number };
}

interface Lane {
  readonly name: string;
  readonly top: number;
  readonly of: (point: Point) => number | undefined;
}

const WIDTH = 900;
const LEFT = 92;
const RIGHT = 16;
const LANE = 54;
const GAP = 14;
const HEAD = 34;
const MARK_ROW = 17;
/** A line is not drawn over a longer silence than this many times the usual distance of reports. */
const BREAK = 4;

const LANES: readonly Lane[] = [
  { name: 'supply, V', top: 30, of: ({ supply }) => supply },
  { name: 'satellites', top: 30, of: ({ satellites }) => satellites },
  { name: 'signal, CSQ', top: 32, of: ({ csq }) => (csq === undefined ? undefined : Math.min(csq, 32)) },
  { name: 'speed, km/h', top: 130, of: ({ speed }) => speed },
];

/** Lanes without any value are left out. The octets are the same for the same timeline. */
export function timelineSvg(timeline: Timeline): string {
  const { points, marks, title, onset, from, until, more } = timeline;
  const shown = points.filter(({ t }) => t >= from && t <= until).toSorted((a, b) => a.t - b.t);
  const own: readonly Lane[] = more === undefined ? [] : [{ ...more, of: (point) => point.more }];
  const lanes = [...LANES, ...own].filter(({ of }) => shown.some((point) => of(point) !== undefined));
  const told = marks.filter(({ t }) => t >= from && t <= until);
  const bottom = HEAD + lanes.length * (LANE + GAP);
  const height = bottom + 24 + told.length * MARK_ROW;
  const x = (t: number): number => round(LEFT + ((t - from) / (until - from)) * (WIDTH - LEFT - RIGHT));
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" font-family="system-ui, sans-serif" font-size="12">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    `<text x="8" y="18" font-size="14" fill="#1c2330">${escaped(title)}</text>`,
    ...lanes.flatMap((lane, i) => drawn(lane, shown, { x, y: HEAD + i * (LANE + GAP) })),
    line(x(onset), HEAD - 6, bottom, '#a3261b', '5 4'),
    `<text x="${x(onset) + 4}" y="${HEAD - 1}" fill="#a3261b">the act</text>`,
    ...axis(from, until, bottom, x),
    ...told.flatMap(({ t, label, accuses }, i) => {
      const y = bottom + 32 + i * MARK_ROW;
      const colour = accuses ? '#a3261b' : '#17693a';
      const right = x(t) > WIDTH / 2;
      return [
        line(x(t), HEAD - 2, y - 4, colour, '1 3'),
        `<circle cx="${x(t)}" cy="${y - 4}" r="3.5" fill="${colour}"/>`,
        `<text x="${x(t) + (right ? -8 : 8)}" y="${y}" text-anchor="${right ? 'end' : 'start'}" fill="${colour}">${escaped(label)}</text>`,
      ];
    }),
    '</svg>',
  ];
  return `${parts.join('\n')}\n`;
}

function drawn(
  { name, top, of }: Lane,
  points: readonly Point[],
  { x, y }: { readonly x: (t: number) => number; readonly y: number },
): string[] {
  const level = (value: number): number => round(y + LANE - (Math.min(value, top) / top) * LANE);
  const usual = usualDistance(points);
  const runs: string[] = [];
  let run: string[] = [];
  let before: Point | undefined;
  const flush = (): void => {
    const [colour, width] = before?.stored === true ? ['#c77b13', 2.4] : ['#2f6db5', 1.4];
    const path = `<polyline points="${run.join(' ')}" fill="none" stroke="${colour}" stroke-width="${width}"/>`;
    if (run.length > 1) runs.push(path);
    // What was stored goes on where the live reports ended.
    run = run.slice(-1);
  };
  for (const point of points) {
    const value = of(point);
    if (value === undefined) continue;
    if (before !== undefined && before.stored !== point.stored) flush();
    if (before !== undefined && point.t - before.t > BREAK * usual) {
      flush();
      run = [];
    }
    run.push(`${x(point.t)},${level(value)}`);
    before = point;
  }
  flush();
  return [
    `<rect x="${LEFT}" y="${y}" width="${WIDTH - LEFT - RIGHT}" height="${LANE}" fill="#f6f7f9"/>`,
    `<text x="${LEFT - 8}" y="${y + LANE / 2 + 4}" text-anchor="end" fill="#5b6472">${name}</text>`,
    `<text x="${LEFT + 4}" y="${y + 12}" font-size="10" fill="#9aa3af">${top}</text>`,
    ...runs,
  ];
}

/** The median distance of reports. */
function usualDistance(points: readonly Point[]): number {
  const distances = points.slice(1).map(({ t }, i) => t - points[i]!.t);
  distances.sort((a, b) => a - b);
  return Math.max(60, distances[Math.floor(distances.length / 2)] ?? 60);
}

const STEPS_S = [60, 300, 600, 1800, 3600, 7200, 21_600];

function axis(from: number, until: number, y: number, x: (t: number) => number): string[] {
  const step = STEPS_S.find((one) => (until - from) / one <= 9) ?? 43_200;
  const out: string[] = [];
  for (let t = Math.ceil(from / step) * step; t <= until; t += step) {
    out.push(`<text x="${x(t)}" y="${y + 12}" text-anchor="middle" fill="#5b6472">${clock(t)}</text>`);
  }
  return out;
}

/** Hours and minutes of the scenario. */
export function clock(t: number): string {
  const minutes = Math.round(Math.abs(t) / 60);
  const text = `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`;
  return t < 0 ? `−${text}` : text;
}

function line(x: number, from: number, to: number, colour: string, dashes: string): string {
  return `<line x1="${x}" y1="${from}" x2="${x}" y2="${to}" stroke="${colour}" stroke-dasharray="${dashes}"/>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
