/** Positions that wait to be written, from what a terminal would have said. */
import { lagFrom } from '../../../../gateway/fold/store/track-point.ts';
import { WaitingPoints } from '../../../../gateway/fold/store/waiting-points.ts';
import { orderTime } from '../../../../gateway/fold/positions.ts';
import { locationBody, NOON } from '../../../support/terminal-frames.ts';

export interface Said {
  readonly terminal: string;
  /** Seconds after noon by the terminal's clock; NaN for none. */
  readonly second: number;
  readonly seq: number;
  readonly receivedAt: number;
  readonly report: Parameters<typeof locationBody>[0];
  readonly mileage: number | undefined;
  readonly backfill: boolean;
}

export function said(second: number, over: Partial<Said> = {}): Said {
  const receivedAt = NOON + second * 1000 + 250;
  return {
    terminal: '100',
    second,
    seq: second + 1,
    receivedAt,
    report: {},
    mileage: 12_345,
    backfill: false,
    ...over,
  };
}

export function waiting(points: readonly Said[]): WaitingPoints {
  const all = new WaitingPoints();
  for (const { second, receivedAt, report, ...about } of points) {
    const time = NOON + second * 1000;
    const body = locationBody({ time, ...report });
    all.add(body, 0, { ...about, time: orderTime(time, receivedAt), lag: receivedAt - lagFrom(time) });
  }
  return all;
}
