/**
 * Logs: one JSON object a line on stderr, in time of the gateway's clock. A terminal may be named; where a vehicle
 * is, its plate, and anything that opens a door are taken out, whoever writes them in by mistake.
 */
import { type DestinationStream, type Logger, destination, pino } from 'pino';
import type { Clock } from '../../protocol/index.ts';

export type { Logger };

/** Octets of log that may wait for a blocked stderr; further entries are dropped. */
const MAX_WAITING = 4 * 1024 * 1024;

const SECRETS = ['password', 'token', 'authCode', 'authorization', 'cookie', 'secret'];
const CONFIDENTIAL = ['latitude', 'longitude', 'plate', 'vehicle', 'position', 'vin', 'iccid', 'imei'];
const NAMES = [...SECRETS, ...CONFIDENTIAL];
/** As they stand, one level down and two: deeper objects have no business in a log line. */
const PATHS = NAMES.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);

/** A URL without credentials and without a query, in which tokens travel. */
export function publicUrl(url: string): string {
  return url.replace(/\/\/[^/@]*@/, '//').replace(/[?#].*$/s, '');
}

export interface LogOptions {
  readonly level: string;
  readonly node: string;
  readonly clock: Clock;
  /** stderr when missing. */
  readonly to?: DestinationStream;
}

/** A logger that writes JSON lines to stderr and hides secrets. */
export function createLogger(options: LogOptions): Logger {
  const { clock } = options;
  return pino(
    {
      level: options.level,
      base: { node: options.node },
      timestamp: () => `,"time":"${new Date(clock.now()).toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: PATHS, censor: '[withheld]' },
      serializers: {
        url: (value: unknown) => (typeof value === 'string' ? publicUrl(value) : value),
        err: describeError,
        error: describeError,
      },
    },
    options.to ?? destination({ fd: 2, sync: false, maxLength: MAX_WAITING }),
  );
}

/** An error without properties of its own: libraries hang whole requests on theirs. */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { code } = error as Error & { readonly code?: unknown };
  return {
    type: error.name,
    message: publicText(error.message),
    ...(typeof code === 'string' ? { code } : {}),
    ...(error.cause instanceof Error ? { cause: publicText(error.cause.message) } : {}),
    stack: publicText(error.stack ?? ''),
  };
}

function publicText(text: string): string {
  return text.replace(/\/\/[^\s/@]*@/g, '//').replace(/([?&]token=)[^\s&"]*/g, '$1…');
}
