/**
 * Who is enrolled: a fold over registration records.
 *
 * A registration is written to the journal before the terminal is told its authentication code, so a
 * terminal that only authenticates after our restart is known. Codes are 80 random bits and are kept
 * as SHA-256 only. When a terminal registers again, the code before stays good until the new one is
 * first used: the answer with the new one may have been lost on its way.
 */
import type { Revision } from '../../protocol/index.ts';
import type { Snapshotted } from '../fold/snapshots.ts';
import { decodeFact } from '../intake/facts.ts';
import { RECORD_KIND, type Seq } from '../journal/record.ts';
import type { RecordView } from '../journal/record-view.ts';
import { TerminalMap } from '../terminal-map.ts';

export interface Registration {
  readonly terminal: string;
  /** As on the wire, leading zeros kept. */
  readonly phone: string;
  readonly revision: Revision;
  readonly registeredAt: number;
  /** SHA-256 of the codes that are good, the newest first, an octet a character: a third of what an array of hex takes. */
  readonly codes: string;
  readonly provinceId: number;
  readonly cityId: number;
  readonly manufacturerId: string;
  readonly terminalModel: string;
  readonly terminalId: string;
  readonly plateColor: string | number;
  readonly plate: string;
}

/** Payload of a `registration` record. */
export type RegistrationFact =
  | { readonly fact: 'registered'; readonly registration: Omit<Registration, 'codes'>; readonly code: string }
  /** The newest code was used: older ones are void. */
  | { readonly fact: 'confirmed'; readonly terminal: string }
  /** No code is good any more: the terminal registers again and gets a new one. */
  | { readonly fact: 'revoked'; readonly terminal: string }
  | { readonly fact: 'deregistered'; readonly terminal: string };

/** Codes that stay good at once for one terminal; one more voids the oldest. */
const CODES_KEPT = 3;
/** Octets of a SHA-256. */
const HASH = 32;

/** SHA-256 of the codes that are good, hex, the newest first. */
export function codesOf({ codes }: Pick<Registration, 'codes'>): readonly string[] {
  const octets = Buffer.from(codes, 'latin1');
  return Array.from({ length: codes.length / HASH }, (_, i) => octets.toString('hex', i * HASH, (i + 1) * HASH));
}

/** As a registration keeps them. */
export function packCodes(hashes: readonly string[]): string {
  return Buffer.from(hashes.join(''), 'hex').toString('latin1');
}

/** The next registration of a terminal, or undefined where it has none any more. Pure. */
export function applyRegistration(before: Registration | undefined, fact: RegistrationFact): Registration | undefined {
  switch (fact.fact) {
    case 'registered': {
      const older = before === undefined ? [] : codesOf(before).filter((code) => code !== fact.code);
      return { ...fact.registration, codes: packCodes([fact.code, ...older].slice(0, CODES_KEPT)) };
    }
    case 'confirmed':
      return before === undefined ? undefined : { ...before, codes: packCodes(codesOf(before).slice(0, 1)) };
    case 'revoked':
      return before === undefined ? undefined : { ...before, codes: '' };
    case 'deregistered':
      return undefined;
    default:
      return fact satisfies never;
  }
}

/** A registration and the last record that it contains. */
interface Entry {
  readonly registration: Registration;
  readonly seq: Seq;
}

/** The same in the store. */
interface Row {
  readonly registration: Omit<Registration, 'codes'> & { readonly codes: readonly string[] };
  readonly seq: Seq;
}

/** Words that many registrations have, each kept once; past so many they are kept as they come. */
const WORDS = new Map<string, string>();
const MAX_WORDS = 4096;

function word<T extends string | number>(value: T): T {
  if (typeof value !== 'string') return value;
  const known = WORDS.get(value);
  if (known !== undefined) return known as T;
  if (WORDS.size < MAX_WORDS) WORDS.set(value, value);
  return value;
}

/** The same in as little room as it can be, as there is one for each terminal. `name`: a string that others keep of it, too. */
function lean(of: Registration, name: string): Registration {
  return {
    terminal: name === of.terminal ? name : of.terminal,
    phone: of.phone,
    revision: of.revision,
    registeredAt: of.registeredAt,
    provinceId: of.provinceId,
    cityId: of.cityId,
    manufacturerId: word(of.manufacturerId),
    terminalModel: word(of.terminalModel),
    terminalId: of.terminalId,
    plateColor: word(of.plateColor),
    plate: of.plate,
    codes: of.codes,
  };
}

/** What the rest of the gateway asks about enrolment. */
export class Registrations implements Snapshotted {
  readonly kind = 'registration';
  readonly #byTerminal = new TerminalMap<Entry>();
  /** Who said last that it was in this vehicle, or had this id. */
  readonly #byPlate = new Map<string, string>();
  readonly #byTerminalId = new Map<string, string>();

  /** The terminal that registered last with a plate and is registered still. */
  byPlate(plate: string): string | undefined {
    return this.#holder(this.#byPlate, plate, 'plate');
  }

  /** The same by terminal id, as it is on the wire. */
  byTerminalId(terminalId: string): string | undefined {
    return this.#holder(this.#byTerminalId, terminalId, 'terminalId');
  }

  get(terminal: string): Registration | undefined {
    return this.#byTerminal.get(terminal)?.registration;
  }

  get size(): number {
    return this.#byTerminal.size;
  }

  /** Takes a record; returns the terminal whose registration it changed. */
  apply(view: RecordView): string | undefined {
    if (view.kind !== RECORD_KIND.registration) return undefined;
    const fact = decodeFact<RegistrationFact>(view.b, view.payloadStart, view.payloadEnd);
    if (fact === undefined) return undefined;
    const terminal = fact.fact === 'registered' ? fact.registration.terminal : fact.terminal;
    const before = this.#byTerminal.get(terminal);
    // A snapshot may be ahead of the records that a start hears again.
    if (before !== undefined && view.seq <= before.seq) return undefined;
    const registration = applyRegistration(before?.registration, fact);
    if (registration === undefined) this.#byTerminal.delete(terminal);
    else this.#put({ registration: lean(registration, view.terminal), seq: view.seq });
    return terminal;
  }

  snapshot(terminal: string): string | null {
    const entry = this.#byTerminal.get(terminal);
    if (entry === undefined) return null;
    const { registration, seq } = entry;
    return JSON.stringify({ registration: { ...registration, codes: codesOf(registration) }, seq } satisfies Row);
  }

  restore(_terminal: string, value: string): void {
    const { registration, seq } = JSON.parse(value) as Row;
    const codes = packCodes(registration.codes);
    this.#put({ registration: lean({ ...registration, codes }, registration.terminal), seq });
  }

  #put(entry: Entry): void {
    const { terminal, plate, terminalId } = entry.registration;
    this.#byTerminal.set(terminal, entry);
    if (plate !== '') this.#byPlate.set(plate, terminal);
    if (terminalId !== '') this.#byTerminalId.set(terminalId, terminal);
  }

  /** What the index says, if it is still so: a terminal that says something else now is taken out when it is looked for. */
  #holder(index: Map<string, string>, key: string, field: 'plate' | 'terminalId'): string | undefined {
    const terminal = index.get(key);
    if (terminal === undefined) return undefined;
    if (this.get(terminal)?.[field] === key) return terminal;
    index.delete(key);
    return undefined;
  }
}
