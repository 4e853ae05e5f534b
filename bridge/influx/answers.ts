/** What a store's answer means for the batch: taken, to be sent again, or never to be taken. */
import { HttpError, RequestTimedOutError } from '@influxdata/influxdb-client';
import type { BridgeCode } from '../errors.ts';
import { DeliveryError } from '../outlet.ts';

/** An operator has to act before it can go well: asking every second would only fill the store's log. */
const OPERATOR_MS = 30_000;
const MAX_REASON = 200;

/**
 * Stores quote the line that they would not read, and lines have positions and plates in them: what is quoted is
 * left out of messages, as they go to logs and to the list of dead letters.
 */
function reasonOf(error: HttpError): string {
  const said: unknown = error.json?.message ?? error.json?.error ?? error.body;
  const text = typeof said === 'string' ? said : '';
  return text
    .replace(/'[^']*'|"[^"]*"/g, '…')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, MAX_REASON);
}

/** `Retry-After` in seconds, as stores send it; a date in it is left aside. */
function retryAfter(error: HttpError): number | undefined {
  const seconds = Number(error.headers?.['retry-after']);
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : undefined;
}

function answer(error: HttpError): DeliveryError {
  const status = error.statusCode;
  const fault = (code: BridgeCode, retry: boolean, afterMs?: number): DeliveryError =>
    new DeliveryError(code, `HTTP ${status} ${reasonOf(error)}`.trim(), { retry, afterMs });
  switch (status) {
    // Only these speak of the points themselves. Everything else can be put right, so nothing is given up for it.
    case 400:
    case 413:
    case 422:
      return fault('INFLUX_REJECTED', false);
    case 401:
    case 403:
      return fault('INFLUX_DENIED', true, OPERATOR_MS);
    case 408:
      return fault('INFLUX_TIMEOUT', true);
    case 429:
      return fault('INFLUX_BUSY', true, retryAfter(error));
    default:
      return status >= 500
        ? fault('INFLUX_BUSY', true, retryAfter(error))
        : fault('INFLUX_MISCONFIGURED', true, OPERATOR_MS);
  }
}

/** A fault of the transport as the pump understands it. */
export function deliveryFault(error: unknown): DeliveryError {
  if (error instanceof DeliveryError) return error;
  if (error instanceof HttpError) return answer(error);
  if (error instanceof RequestTimedOutError)
    return new DeliveryError('INFLUX_TIMEOUT', 'no answer in time', { retry: true });
  const { code, message } = error as { code?: unknown; message?: unknown };
  const detail = typeof code === 'string' ? code : String(message ?? error);
  return new DeliveryError('INFLUX_UNREACHABLE', detail, { retry: true, cause: error });
}

/**
 * InfluxDB 3 answers 201 when it took a part of the batch. The pump then halves it until the points that are
 * refused stand alone; those that were taken are written again over themselves.
 */
export function partialFault(): DeliveryError {
  return new DeliveryError('INFLUX_REJECTED', 'HTTP 201 only a part of the batch was taken', { retry: false });
}
