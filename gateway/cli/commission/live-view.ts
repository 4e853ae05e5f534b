/**
 * What is seen while a job runs, on a screen: satellites as bars, position, signal, supply, what changed last. It stands
 * below what was written, and is drawn anew in its place.
 */
import type { Observer } from '../../commission/observer.ts';
import { median } from '../../commission/observer.ts';
import type { Clock } from '../../../protocol/index.ts';
import { colors } from '../colors.ts';
import type { Language } from '../language.ts';
import { TEXTS } from './texts.ts';

const BARS = ' ▁▂▃▄▅▆▇█';
const STRONG_DBHZ = 50;
const MAX_BARS = 40;
const TICKER = 4;
const CLEAR_LINE = '\u001b[K';

/** Lines of a moment. */
export function liveLines(
  seen: Observer,
  at: { readonly now: number; readonly language: Language },
): readonly string[] {
  const t = (name: keyof typeof TEXTS): string => TEXTS[name][at.language];
  const { position, fix } = seen;
  const satellites = (fix?.satellites ?? [])
    .filter(({ cn0 }) => cn0 !== undefined)
    .toSorted((a, b) => b.cn0! - a.cn0!)
    .slice(0, MAX_BARS)
    .map(({ system, cn0 }) => {
      const bar = BARS[Math.max(1, Math.min(8, Math.round((8 * cn0!) / STRONG_DBHZ)))]!;
      return system === 'beidou' ? colors.red(bar) : colors.blue(bar);
    });
  const used = fix?.satellitesUsed ?? position?.items['satellites'];
  const where =
    position === undefined || !position.status.includes('positioned')
      ? '–'
      : `${position.latitude.toFixed(6)}, ${position.longitude.toFixed(6)}  ${position.speed} km/h`;
  const supply = median(seen.supplyMv);
  const { backupPercent } = position?.reading ?? {};
  const lines = [
    `${t('satellites')}  ${satellites.join('') || '–'}  ${typeof used === 'number' ? used : ''}`,
    `${t('position')}  ${where}`,
    `${t('signal')}  CSQ ${median(seen.csq) ?? '–'}   ${t('supply')}  ${supply === undefined ? '–' : `${(supply / 1000).toFixed(2)} V`}${backupPercent === undefined ? '' : `  ▮ ${backupPercent} %`}`,
  ];
  const ticker = seen.edges.slice(-TICKER).map(({ name, on, at: when }) => {
    const ago = Math.max(0, Math.round((at.now - when) / 1000));
    return `  ${on ? colors.yellow('▲') : colors.green('▽')} ${name}  -${ago} s`;
  });
  return ticker.length === 0 ? lines : [...lines, t('events'), ...ticker];
}

/** One for every run on a screen. */
export class LiveView {
  readonly #output: NodeJS.WriteStream;
  readonly #seen: Observer;
  readonly #clock: Clock;
  readonly #language: Language;
  #drawn = 0;
  /** What is asked for now, with its countdown. */
  headline = '';

  constructor(output: NodeJS.WriteStream, seen: Observer, at: { readonly clock: Clock; readonly language: Language }) {
    this.#output = output;
    this.#seen = seen;
    this.#clock = at.clock;
    this.#language = at.language;
  }

  /** Writes lines above the view. */
  write(text: string): void {
    this.erase();
    this.#output.write(`${text}\n`);
    this.draw();
  }

  draw(): void {
    const width = this.#output.columns;
    const lines = [
      ...(this.headline === '' ? [] : [colors.bold(this.headline)]),
      ...liveLines(this.#seen, { now: this.#clock.now(), language: this.#language }),
    ];
    // A line that wraps could not be erased again; colours are short.
    const shown = lines.slice(0, Math.max(1, this.#output.rows - 2)).map((line) => line.slice(0, width + 400));
    this.erase();
    this.#output.write(shown.map((line) => `${line}${CLEAR_LINE}\n`).join(''));
    this.#drawn = shown.length;
  }

  erase(): void {
    if (this.#drawn > 0) this.#output.write(`\u001b[${this.#drawn}A\u001b[J`);
    this.#drawn = 0;
  }
}
