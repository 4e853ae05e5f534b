/**
 * Serial ports and cards as they are written in the configuration.
 *
 *     serial:
 *       ports:
 *         /dev/ttyUSB0: {}
 *         /dev/ttyUSB1: { baud: 9600, speaks: nmea, terminal: "13912345678" }
 *       cards: { "0166166": "13900000001" }
 *
 * In an environment variable: `/dev/ttyUSB1@9600:nmea=13912345678,/dev/ttyUSB0`, and `0166166=13900000001`.
 */

/** One port. */
export interface PortSettings {
  readonly path: string;
  /** Bits a second; `auto` finds it. */
  readonly baud: number | 'auto';
  /** What is taken from it; `auto`: whatever is understood. */
  readonly speaks: (typeof SPEAKS)[number];
  /** Whose receiver is at the port, without leading zeros; undefined: positions of a receiver are nobody's. */
  readonly terminal?: string;
}

/** Terminals by their cards, both as they are used: seven digits or eight, and without leading zeros. */
export type CardTable = ReadonlyMap<string, string>;

const SPEAKS = ['auto', 'jt808', 'nmea', 'rdss'] as const;
const SLOWEST = 300;
const FASTEST = 4_000_000;
const MAX_PORTS = 64;
const WRITTEN = /^(?<path>[^@:=,]+)(?:@(?<baud>[0-9]+|auto))?(?::(?<speaks>[a-z0-9]+))?(?:=(?<terminal>[0-9]+))?$/;

/** What `parsePorts` takes, in words. */
export const PORTS_EXPECTED = `a map from a device to { baud: auto or ${SLOWEST} to ${FASTEST}, speaks: ${SPEAKS.join(' | ')}, terminal: PHONE }, or DEVICE[@BAUD][:SPEAKS][=PHONE],…; at most ${MAX_PORTS}`;
/** What `parseCards` takes, in words. */
export const CARDS_EXPECTED = 'a map from a card of 1 to 10 digits to a phone, or CARD=PHONE,…';

/** Ports, or undefined where it is none of `PORTS_EXPECTED`. */
export function parsePorts(raw: unknown): readonly PortSettings[] | undefined {
  const written = typeof raw === 'string' ? fromText(raw) : entriesOf(raw);
  if (written === undefined || written.length > MAX_PORTS) return undefined;
  const ports = written.map(([path, settings]) => portOf(path, settings));
  const paths = new Set(written.map(([path]) => path));
  return ports.every((port) => port !== undefined) && paths.size === ports.length ? ports : undefined;
}

/** Cards, or undefined where it is none of `CARDS_EXPECTED`. */
export function parseCards(raw: unknown): CardTable | undefined {
  const written: readonly (readonly [string, unknown])[] | undefined =
    typeof raw === 'string' ? parts(raw).map((part) => part.split('=') as [string, string]) : entriesOf(raw);
  if (written === undefined) return undefined;
  const cards = new Map<string, string>();
  for (const [card, phone] of written) {
    const terminal = phoneOf(phone);
    if (!/^[0-9]{1,10}$/.test(card) || terminal === undefined) return undefined;
    cards.set(String(Number(card)).padStart(7, '0'), terminal);
  }
  return cards;
}

/** As `parsePorts` takes it in one line. */
export function formatPort({ path, baud, speaks, terminal }: PortSettings): string {
  return `${path}@${baud}:${speaks}${terminal === undefined ? '' : `=${terminal}`}`;
}

const parts = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');

function fromText(text: string): (readonly [string, unknown])[] | undefined {
  const found = parts(text).map((part) => WRITTEN.exec(part)?.groups);
  if (found.includes(undefined)) return undefined;
  return found.map((groups) => {
    const { path = '', ...settings } = groups!;
    const given = Object.entries(settings).filter(([, value]) => value !== undefined);
    return [path, Object.fromEntries(given)];
  });
}

function entriesOf(raw: unknown): (readonly [string, unknown])[] | undefined {
  return typeof raw === 'object' && raw !== null && !Array.isArray(raw) ? Object.entries(raw) : undefined;
}

function portOf(path: string, raw: unknown): PortSettings | undefined {
  const entries = raw === null ? [] : entriesOf(raw);
  if (entries === undefined || path === '') return undefined;
  const {
    baud = 'auto',
    speaks = 'auto',
    terminal,
    ...unknown
  } = Object.fromEntries(entries) as Record<string, unknown>;
  if (Object.keys(unknown).length > 0) return undefined;
  const rate = baud === 'auto' ? baud : rateOf(baud);
  const known = SPEAKS.find((each) => each === speaks);
  const phone = terminal === undefined ? undefined : phoneOf(terminal);
  if (rate === undefined || known === undefined || (terminal !== undefined && phone === undefined)) return undefined;
  return { path, baud: rate, speaks: known, ...(phone === undefined ? {} : { terminal: phone }) };
}

function rateOf(raw: unknown): number | undefined {
  const text = typeof raw === 'string' || typeof raw === 'number' || typeof raw === 'bigint' ? String(raw) : '';
  const rate = /^[0-9]{1,7}$/.test(text) ? Number(text) : 0;
  return rate >= SLOWEST && rate <= FASTEST ? rate : undefined;
}

function phoneOf(raw: unknown): string | undefined {
  const text = typeof raw === 'string' || typeof raw === 'number' || typeof raw === 'bigint' ? String(raw).trim() : '';
  return /^[0-9]{1,20}$/.test(text) ? text.replace(/^0+(?=.)/, '') : undefined;
}
