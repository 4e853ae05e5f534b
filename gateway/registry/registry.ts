/** Who a terminal is: what it registered as, what the platform's archive says of it, and which ways it has. */
import { divisionOf, NO_DIVISION } from '../../protocol/index.ts';
import { RECORD_KIND } from '../journal/record.ts';
import type { RecordView } from '../journal/record-view.ts';
import type { QuirkOverrides } from '../quirks/settings.ts';
import { TerminalQuirks } from '../quirks/terminal-quirks.ts';
import { Archive } from './archive.ts';
import { type Exemption, Exemptions, type Plated } from './exemptions.ts';
import { Recycled } from './recycled.ts';
import { type Registration, Registrations } from './registration.ts';

export interface Identity {
  /** Plate; null while nobody said. */
  readonly vehicle: string | null;
  /** GB/T 2260 code of six digits; `000000` while unknown. */
  readonly division: string;
}

const UNKNOWN: Identity = { vehicle: null, division: NO_DIVISION };

export class Registry {
  readonly registrations = new Registrations();
  readonly archive = new Archive();
  readonly exemptions = new Exemptions();
  readonly recycled = new Recycled();
  #generation = 0;
  readonly quirks: TerminalQuirks;

  /** `overrides`: what an operator says of terminals' ways, over what is learnt. */
  constructor(overrides: QuirkOverrides = new Map()) {
    this.quirks = new TerminalQuirks({ overrides, registration: (terminal) => this.registration(terminal) });
  }

  registration(terminal: string): Registration | undefined {
    return this.registrations.get(terminal);
  }

  identity(terminal: string): Identity {
    const archived = this.archive.get(terminal);
    if (archived !== undefined) return { vehicle: archived.plate, division: archived.division };
    const registration = this.registrations.get(terminal);
    if (registration === undefined) return UNKNOWN;
    const { plate, provinceId, cityId } = registration;
    return { vehicle: plate === '' ? null : plate, division: divisionOf(provinceId, cityId) };
  }

  /** Whether anything is known that a platform stated about vehicles. */
  get isTold(): boolean {
    return this.archive.size > 0 || this.exemptions.size > 0;
  }

  /** The exemption that keeps a terminal out at a time, epoch ms. */
  exempt(terminal: string, at: number): Exemption | undefined {
    return this.exemptions.size === 0 ? undefined : this.exemptions.at(at, terminal, this.#platesOf(terminal));
  }

  /** An exemption that keeps a terminal out at any time, past or to come. */
  everExempt(terminal: string): Exemption | undefined {
    const { exemptions } = this;
    if (exemptions.size === 0) return undefined;
    const [any] = exemptions.of(terminal, this.#platesOf(terminal));
    return any;
  }

  /** What the platform and the terminal call its vehicle: either may be the one that stays out. */
  #platesOf(terminal: string): readonly Plated[] {
    const plates: Plated[] = [];
    const archived = this.archive.get(terminal);
    const registration = this.registrations.get(terminal);
    if (archived !== undefined) plates.push(archived);
    if (registration !== undefined) plates.push(registration);
    return plates;
  }

  /** Changes with every fact and registration: what was concluded from them may be another now. */
  get generation(): number {
    return this.#generation;
  }

  /** Takes a record; tells `changed` what is to be kept anew. */
  apply(
    view: RecordView,
    changed: (kind: 'registration' | 'archive' | 'quirk' | 'exemption' | 'recycled', key: string) => void,
  ): void {
    if (this.quirks.apply(view)) changed('quirk', view.terminal);
    if (view.kind === RECORD_KIND.registration || view.kind === RECORD_KIND.feed) this.#generation++;
    const terminal = this.registrations.apply(view);
    if (terminal !== undefined) return changed('registration', terminal);
    const fact = this.archive.apply(view);
    if (fact !== undefined) return changed('archive', fact);
    const exemption = this.exemptions.apply(view);
    if (exemption !== undefined) return changed('exemption', exemption);
    const recycled = this.recycled.apply(view);
    if (recycled !== undefined) changed('recycled', recycled);
  }
}
