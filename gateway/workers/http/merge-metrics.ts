/** Metrics pages of several workers as one: counts are added, what is a state of all is that of the worst. */

/** Of these the whole is no better than its worst part. */
const LEAST = /^xingji_(journal_writable|outlet_connected)$/;
const MOST = /^(xingji_outlet_drain_seconds|process_start_time_seconds|nodejs_eventloop_lag.*|nodejs_version_info)$/;
const SAMPLE = /^([a-zA-Z_:][\w:]*)(\{.*\})? (\S+)$/;
const ABOUT = /^# (?:HELP|TYPE) (\S+) /;

interface Family {
  readonly about: string[];
  /** By name and labels. */
  readonly samples: Map<string, number>;
}

/** Pages in Prometheus' text format; a sample is known by its name and labels. */
export function mergeMetrics(pages: readonly string[]): string {
  const families = new Map<string, Family>();
  for (const page of pages) read(page, families);
  const lines: string[] = [];
  for (const { about, samples } of families.values()) {
    lines.push(...about);
    for (const [sample, value] of samples) lines.push(`${sample} ${textOf(value)}`);
  }
  return `${lines.join('\n')}\n`;
}

function read(page: string, families: Map<string, Family>): void {
  let family: Family | undefined;
  for (const line of page.split('\n')) {
    const named = ABOUT.exec(line)?.[1];
    if (named !== undefined) {
      family = families.get(named) ?? { about: [], samples: new Map() };
      families.set(named, family);
      if (!family.about.includes(line)) family.about.push(line);
      continue;
    }
    const [, name, labels = '', text] = SAMPLE.exec(line) ?? [];
    if (family === undefined || name === undefined || text === undefined) continue;
    const before = family.samples.get(name + labels);
    const value = numberOf(text);
    family.samples.set(name + labels, before === undefined ? value : joined(name, before, value));
  }
}

function joined(name: string, a: number, b: number): number {
  if (LEAST.test(name)) return Math.min(a, b);
  return MOST.test(name) ? Math.max(a, b) : a + b;
}

function numberOf(text: string): number {
  if (text === '+Inf') return Number.POSITIVE_INFINITY;
  return text === '-Inf' ? Number.NEGATIVE_INFINITY : Number(text);
}

function textOf(value: number): string {
  if (Number.isFinite(value) || Number.isNaN(value)) return String(value);
  return value > 0 ? '+Inf' : '-Inf';
}
