/**
 * The parameters of 0x8105, whose fields stand in one text, parted by `;`, in the order of the command.
 *
 * Numbers are decimal digits. Some platforms write them as octets in the midst of the text, so that it can only be had
 * as octets (`rawParameters`): ports and times are then two octets, the connection control is one.
 */
import { gbkText } from '../text/gbk.ts';

/** Fields of the upgrade over the air (command 1), in order. */
const UPGRADE = [
  'url',
  'apn',
  'dialUser',
  'dialPassword',
  'address',
  'tcpPort',
  'udpPort',
  'manufacturerId',
  'hardwareVersion',
  'firmwareVersion',
  'timeLimit',
] as const;
/** Fields of the connection to a given server (command 2), in order. */
const CONNECT = [
  'connectionControl',
  'authCode',
  'apn',
  'dialUser',
  'dialPassword',
  'address',
  'tcpPort',
  'udpPort',
  'timeLimit',
] as const;
const ORDER = { wirelessUpgrade: UPGRADE, connectToServer: CONNECT } as const;
const NUMBERS: ReadonlySet<string> = new Set(['tcpPort', 'udpPort', 'timeLimit', 'connectionControl']);
const SEMICOLON = 0x3b;
/** Below it, an octet is no digit but a number. */
const FIRST_PRINTABLE = 0x20;

/** Commands of 0x8105 that have parameters. */
export type ParameterCommand = keyof typeof ORDER;
/** Parameters of 0x8105 by name; the time limit in minutes. Those that are empty are left out. */
export interface ControlParameters {
  readonly url?: string;
  readonly apn?: string;
  readonly dialUser?: string;
  readonly dialPassword?: string;
  readonly address?: string;
  readonly tcpPort?: number;
  readonly udpPort?: number;
  readonly manufacturerId?: string;
  readonly hardwareVersion?: string;
  readonly firmwareVersion?: string;
  readonly timeLimit?: number;
  /** 0 goes over to the given platform, which alone commands from then on; 1 goes back. */
  readonly connectionControl?: number;
  readonly authCode?: string;
}

/** The parameters of a command, by name. Numbers that are none are left out; the text itself has them still. */
export function splitControlParameters(command: ParameterCommand, text: string | Uint8Array): ControlParameters {
  const parts = typeof text === 'string' ? text.split(';') : partsOf(command, text);
  const parameters: Record<string, string | number> = {};
  for (const [i, name] of ORDER[command].entries()) {
    const part = parts[i];
    if (part === undefined || part === '') continue;
    const value = NUMBERS.has(name) && typeof part === 'string' ? numberIn(part) : part;
    if (!Number.isNaN(value)) parameters[name] = value;
  }
  return parameters;
}

/** The text of parameters, without the empty fields at its end. */
export function joinControlParameters(command: ParameterCommand, parameters: ControlParameters): string {
  return ORDER[command]
    .map((name) => String(parameters[name] ?? ''))
    .join(';')
    .replace(/;+$/, '');
}

function numberIn(part: string): number {
  if (/^\d+$/.test(part)) return Number(part);
  return part.length === 1 && part.charCodeAt(0) < FIRST_PRINTABLE ? part.charCodeAt(0) : Number.NaN;
}

/** Fields of a text that numbers stand in as octets: one of two octets may itself be a `;`. */
function partsOf(command: ParameterCommand, octets: Uint8Array): (string | number)[] {
  const parts: (string | number)[] = [];
  let from = 0;
  for (const name of ORDER[command]) {
    if (from > octets.length) break;
    const binary = name === 'connectionControl' ? 1 : 2;
    const number = NUMBERS.has(name) && endsAt(octets, from + binary) && !isDigits(octets, from, from + binary);
    let to = number ? from + binary : octets.indexOf(SEMICOLON, from);
    if (to < 0) to = octets.length;
    parts.push(number ? unsigned(octets, from, to) : gbkText(octets, from, to));
    from = to + 1;
  }
  return parts;
}

const endsAt = (octets: Uint8Array, at: number): boolean => at === octets.length || octets[at] === SEMICOLON;

function isDigits(octets: Uint8Array, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (octets[i]! < 0x30 || octets[i]! > 0x39) return false;
  return true;
}

function unsigned(octets: Uint8Array, from: number, to: number): number {
  let value = 0;
  for (let i = from; i < to; i++) value = value * 256 + octets[i]!;
  return value;
}
