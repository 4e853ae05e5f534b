/** How a run is going, once a second: a line that is rewritten on a terminal, JSON lines for programs, else nothing. */
import type { Company } from './share.ts';

/** Where progress goes; `stdout` and `stderr` of the process. */
export interface ProgressStreams {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { readonly isTTY?: boolean | undefined; write(text: string): unknown };
}

export class Progress {
  readonly #fleet: Company;
  readonly #json: boolean;
  readonly #streams: ProgressStreams;
  #acknowledged = 0;
  #shown = false;

  constructor(fleet: Company, json: boolean, streams: ProgressStreams) {
    this.#fleet = fleet;
    this.#json = json;
    this.#streams = streams;
  }

  /** Says how things stand; to be called once a second. */
  tick(): void {
    const { tally, seconds } = this.#fleet;
    const rate = tally.acknowledged - this.#acknowledged;
    this.#acknowledged = tally.acknowledged;
    const { stdout, stderr } = this.#streams;
    if (this.#json) {
      const { online, made, sent, acknowledged, unacknowledged, retransmitted, reconnects } = tally;
      const counts = { online, made, sent, acknowledged, unacknowledged, retransmitted, reconnects };
      stdout.write(
        `${JSON.stringify({ type: 'progress', seconds: Math.round(seconds), ...counts, p99: this.#p99() })}\n`,
      );
    } else if (stderr.isTTY === true) {
      const open = tally.made - tally.acknowledged;
      const line = `${Math.round(seconds)} s  ${tally.online} online  ${rate} acknowledged/s  ${open} open  p99 ${this.#p99()} ms`;
      stderr.write(`\r\u001b[2K${line}`);
      this.#shown = true;
    }
  }

  /** Clears the line that was rewritten. */
  end(): void {
    if (this.#shown) this.#streams.stderr.write('\r\u001b[2K');
  }

  #p99(): number {
    return Math.round(this.#fleet.tally.latency.quantile(0.99) * 100) / 100;
  }
}
