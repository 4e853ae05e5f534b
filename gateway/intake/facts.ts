/** JSON payloads of `link` and `gateway` records. */
import type { CloseKind } from '../../protocol/index.ts';
import type { Signal } from '../security/signals.ts';
import type { Lost } from '../parts/counters.ts';

/** What a terminal says of itself and the registry knows. */
export type IdentityField = 'plate' | 'plateColor' | 'terminalId' | 'imei' | 'iccid';

export type LinkFact =
  | {
      readonly fact: 'authenticated';
      readonly peer: string;
      readonly epoch: number;
      readonly imei: string;
      readonly softwareVersion: string;
      /** The link that spoke for the terminal until now and was ended for this one: two at a time may be a clone. */
      readonly over?: {
        readonly peer: string;
        /** Since something was heard on it. */
        readonly silentMs: number;
      };
    }
  /** Somebody who says to be this terminal was not let in. */
  | {
      readonly fact: 'refused';
      readonly why: 'wrong-code' | 'locked' | 'other-identity';
      readonly peer: string;
    }
  /** The terminal says something else of itself than the registry does, or than it said before. */
  | {
      readonly fact: 'mismatch';
      readonly peer: string;
      readonly what: IdentityField;
      readonly expected: string;
      readonly said: string;
      /** Another terminal that says the same of itself. */
      readonly other?: string;
    }
  /** A heartbeat: nothing but that it lives, and the serial number it has come to. */
  | { readonly fact: 'heartbeat'; readonly serial: number }
  | {
      readonly fact: 'closed';
      /** `superseded`: the same terminal authenticated on another link. */
      readonly how: CloseKind | 'superseded' | 'deregistered';
      readonly epoch: number;
      readonly frames: number;
    };

export type GatewayFact =
  /** Every link of the process before is gone. */
  | { readonly fact: 'started'; readonly version: string }
  | { readonly fact: 'stopped' }
  /** Something that folds wait for was due and no record came that would have told them so: time passes by records only. */
  | { readonly fact: 'tick' }
  /** The disk took writes again after it had refused them. `head`: the last record before; journals of old do not say it. */
  | {
      readonly fact: 'recovered';
      readonly since: number;
      readonly why: string;
      readonly refused: number;
      readonly head?: number;
    }
  /** Retention dropped records [from, to], of which an outlet had not had so many. */
  | {
      readonly fact: 'lost';
      readonly from: number;
      readonly to: number;
      readonly outlet: string;
      readonly records: number;
    }
  /** Codes of the record's terminal are being guessed: so many wrong ones came from a source, which is not heard until then (epoch ms). */
  | { readonly fact: 'guessing'; readonly source: string; readonly wrong: number; readonly until: number }
  /** There was too much of something that an honest one does seldom. */
  | ({ readonly fact: 'security' } & Signal)
  /** A message of the record's terminal that came in parts was given up: not all of them came. */
  | {
      readonly fact: 'unfinished';
      readonly why: Lost;
      readonly id: number;
      readonly total: number;
      readonly firstSerial: number;
      readonly received: number;
    };

const text = new TextEncoder();
const back = new TextDecoder();

export function encodeFact(fact: object): Uint8Array {
  return text.encode(JSON.stringify(fact));
}

/** The JSON payload [start, end) of a record; undefined where it is none. */
export function decodeFact<T>(b: Uint8Array, start: number, end: number): T | undefined {
  try {
    return JSON.parse(back.decode(b.subarray(start, end))) as T;
  } catch {
    return undefined;
  }
}
