/** Whether 0.9 means nine in ten: confidences against what was true. */

/** A verdict's confidence, and whether somebody had done something. */
export interface Forecast {
  readonly confidence: number;
  readonly isTrue: boolean;
}

export interface Calibration {
  readonly count: number;
  /** Mean squared error; 0 is perfect, 0.25 is a coin. */
  readonly brier: number;
  /** Expected calibration error: mean distance of stated and true shares, over the bins. */
  readonly ece: number;
  readonly bins: readonly {
    readonly from: number;
    readonly to: number;
    readonly count: number;
    /** Mean confidence, and the share that was true. */
    readonly stated: number;
    readonly share: number;
  }[];
}

const BINS = 10;

export function calibrationOf(forecasts: readonly Forecast[]): Calibration {
  const count = forecasts.length;
  const numbered = Array.from({ length: BINS }, (_, i) => i);
  const bins = numbered.map((i) => {
    const own = forecasts.filter(({ confidence }) => Math.min(BINS - 1, Math.floor(confidence * BINS)) === i);
    const mean = (of: (one: Forecast) => number): number =>
      own.length === 0 ? 0 : own.reduce((sum, one) => sum + of(one), 0) / own.length;
    return {
      from: i / BINS,
      to: (i + 1) / BINS,
      count: own.length,
      stated: rounded(mean(({ confidence }) => confidence)),
      share: rounded(mean(({ isTrue }) => Number(isTrue))),
    };
  });
  const brier = forecasts.reduce((sum, { confidence, isTrue }) => sum + (confidence - Number(isTrue)) ** 2, 0);
  const ece = bins.reduce((sum, bin) => sum + bin.count * Math.abs(bin.stated - bin.share), 0);
  return { count, brier: rounded(brier / Math.max(1, count)), ece: rounded(ece / Math.max(1, count)), bins };
}

function rounded(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}
