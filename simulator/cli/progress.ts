/**
 * How a run is going, once a second: the whole screen of a terminal, one line where that is too small or simple, JSON lines
 * for programs, nothing elsewhere. The screen is given back as it was, whatever ends the run.
 */
import { liveLines } from '../fleet/live-view.ts';
import type { Timeline } from '../fleet/timeline.ts';
import type { Company } from './share.ts';

/** Where progress goes; `stdout` and `stderr` of the process. */
export interface ProgressStreams {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: {
    readonly isTTY?: boolean | undefined;
    readonly columns?: number | undefined;
    readonly rows?: number | undefined;
    write(text: string): unknown;
  };
}

export interface ProgressOptions {
  readonly json: boolean;
  /** `NO_COLOR` says no. */
  readonly colour: boolean;
  /** `dumb`, or nothing, has no screen to write all over. */
  readonly term: string;
  readonly language: 'zh' | 'en';
  readonly target: string;
  readonly terminals: number;
  /** Seconds until the last report is due; undefined: unknown. */
  readonly lasts: number | undefined;
}

/** Another screen, no cursor; and back. */
const ENTER = '\u001b[?1049h\u001b[?25l';
const LEAVE = '\u001b[?25h\u001b[?1049l';
const HOME = '\u001b[H';
const CLEAR_LINE = '\u001b[K';
const CLEAR_BELOW = '\u001b[J';
/** Smaller than that is no screen. */
const LEAST = { columns: 30, rows: 10 };

export class Progress {
  readonly #fleet: Company;
  readonly #timeline: Timeline;
  readonly #options: ProgressOptions;
  readonly #streams: ProgressStreams;
  #acknowledged = 0;
  #shown: 'nothing' | 'line' | 'screen' = 'nothing';

  constructor(
    { fleet, timeline }: { readonly fleet: Company; readonly timeline: Timeline },
    options: ProgressOptions,
    streams: ProgressStreams,
  ) {
    this.#fleet = fleet;
    this.#timeline = timeline;
    this.#options = options;
    this.#streams = streams;
  }

  /** Says how things stand; to be called once a second. */
  tick(): void {
    const { stderr } = this.#streams;
    if (this.#options.json) return this.#jsonLine();
    if (stderr.isTTY !== true) return;
    const { columns = 0, rows = 0 } = stderr;
    const plain = this.#options.term === 'dumb' || this.#options.term === '';
    if (plain || columns < LEAST.columns || rows < LEAST.rows) this.#line();
    else this.#screen(columns, rows);
  }

  /** Gives the screen back, or clears the line. May be called again. */
  end(): void {
    if (this.#shown === 'line') this.#streams.stderr.write('\r\u001b[2K');
    if (this.#shown === 'screen') this.#streams.stderr.write(LEAVE);
    this.#shown = 'nothing';
  }

  #jsonLine(): void {
    const { tally, seconds } = this.#fleet;
    const { online, made, sent, acknowledged, unacknowledged, retransmitted, reconnects } = tally;
    const counts = { online, made, sent, acknowledged, unacknowledged, retransmitted, reconnects };
    this.#streams.stdout.write(
      `${JSON.stringify({ type: 'progress', seconds: Math.round(seconds), ...counts, p99: this.#p99() })}\n`,
    );
  }

  #line(): void {
    if (this.#shown === 'screen') this.end();
    const { tally, seconds } = this.#fleet;
    const rate = tally.acknowledged - this.#acknowledged;
    this.#acknowledged = tally.acknowledged;
    const open = tally.made - tally.acknowledged;
    const line = `${Math.round(seconds)} s  ${tally.online} online  ${rate} acknowledged/s  ${open} open  p99 ${this.#p99()} ms`;
    this.#streams.stderr.write(`\r\u001b[2K${line}`);
    this.#shown = 'line';
  }

  #screen(columns: number, rows: number): void {
    if (this.#shown === 'line') this.end();
    const { tally, seconds } = this.#fleet;
    const lines = liveLines(
      { ...this.#options, tally, seconds, moments: this.#timeline.moments },
      { ...this.#options, columns, rows },
    );
    const text = lines.map((line) => `${line}${CLEAR_LINE}`).join('\r\n');
    this.#streams.stderr.write(`${this.#shown === 'screen' ? '' : ENTER}${HOME}${text}${CLEAR_BELOW}`);
    this.#shown = 'screen';
  }

  #p99(): number {
    return Math.round(this.#fleet.tally.latency.quantile(0.99) * 100) / 100;
  }
}
