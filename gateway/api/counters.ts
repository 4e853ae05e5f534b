/** Counts of the HTTP side, read by the metrics page. */
export class HttpCounters {
  readonly responses: Record<'2xx' | '3xx' | '4xx' | '5xx', number> = { '2xx': 0, '3xx': 0, '4xx': 0, '5xx': 0 };
  /** Turned away as they asked too often. */
  limited = 0;
  /** Live streams open now. */
  streams = 0;
  /** Ended by us: their reader was too slow. */
  streamsDropped = 0;

  answered(status: number): void {
    if (status >= 500) this.responses['5xx']++;
    else if (status >= 400) this.responses['4xx']++;
    else if (status >= 300) this.responses['3xx']++;
    else this.responses['2xx']++;
  }
}
