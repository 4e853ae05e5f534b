/**
 * What a terminal says of itself against what the registry has of it: plate and colour, terminal id, IMEI, ICCID. What does not fit
 * is noted, which is evidence of a clone or of a swap, and under `refuse` the terminal is not let in.
 */
import type { IdentityField } from '../intake/facts.ts';
import type { RegistrationResult } from '../session/effects.ts';
import type { Grant } from '../session/session.ts';
import { plateColorCode, samePlateColor } from './plate-color.ts';
import type { Registry } from './registry.ts';

export type IdentityMode = 'off' | 'note' | 'refuse';

export interface Mismatch {
  readonly what: IdentityField;
  readonly expected: string;
  readonly said: string;
  /** Another terminal that says the same of itself. */
  readonly other?: string;
}

/** How a registration is to be answered, and what was found. */
export interface Checked {
  readonly result: RegistrationResult;
  readonly mismatches: readonly Mismatch[];
}

export interface IdentityCheck {
  registration(claim: Grant): Checked;
  /** A device number of an authentication (2019) or of the attributes (0x0107). Undefined where it fits or nobody knows. */
  device(terminal: string, what: 'imei' | 'iccid', said: string): Mismatch | undefined;
  /** Whether what does not fit keeps a terminal out. */
  readonly refuses: boolean;
}

const WELL: Checked = { result: 'success', mismatches: [] };

/** Padding, case and leading zeros are the wire's, not the device's. */
function bare(id: string): string {
  return id
    .replaceAll('\0', '')
    .trim()
    .toUpperCase()
    .replace(/^0+(?=.)/, '');
}

export function identityCheck(registry: Registry, mode: IdentityMode): IdentityCheck {
  const { archive, registrations } = registry;
  const refuses = mode === 'refuse';

  /** Where nothing was said there is nothing that does not fit; only a strict check wants it said. */
  const says = (said: string): boolean => refuses || bare(said) !== '';

  /** One whose vehicle stays out is not named. */
  function otherThan(terminal: string, other: string | undefined): { readonly other?: string } {
    if (other === undefined || other === terminal || registry.everExempt(other) !== undefined) return {};
    return { other };
  }

  function plateFaults({ terminal, plate, plateColor }: Grant): readonly Mismatch[] {
    const archived = archive.get(terminal);
    const other = otherThan(terminal, registrations.byPlate(plate));
    if (archived === undefined) {
      return bare(plate) === '' || other.other === undefined
        ? []
        : [{ what: 'plate', expected: '', said: plate, ...other }];
    }
    if (!says(plate)) return [];
    if (archived.plate !== plate) return [{ what: 'plate', expected: archived.plate, said: plate, ...other }];
    if (samePlateColor(archived.plateColor, plateColor)) return [];
    const expected = String(plateColorCode(archived.plateColor) ?? archived.plateColor);
    return [{ what: 'plateColor', expected, said: String(plateColor) }];
  }

  function terminalIdFaults({ terminal, terminalId }: Grant): readonly Mismatch[] {
    const expected = archive.get(terminal)?.terminalId ?? registrations.get(terminal)?.terminalId ?? '';
    const other = otherThan(terminal, bare(terminalId) === '' ? undefined : registrations.byTerminalId(terminalId));
    const differs = expected !== '' && says(terminalId) && bare(expected) !== bare(terminalId);
    if (!differs && other.other === undefined) return [];
    return [{ what: 'terminalId', expected, said: terminalId, ...other }];
  }

  /** JT/T 808 8.6, results of 0x8100. */
  function resultOf(terminal: string, mismatch: Mismatch | undefined): RegistrationResult {
    if (mismatch === undefined) return 'success';
    const { what, other } = mismatch;
    if (what !== 'terminalId') return other === undefined ? 'noSuchVehicleInDatabase' : 'vehicleAlreadyRegistered';
    if (other !== undefined) return 'terminalAlreadyRegistered';
    // Without an archive it is only another one than the last time, which may be a repair.
    return archive.get(terminal)?.terminalId === undefined ? 'success' : 'noSuchTerminalInDatabase';
  }

  return {
    refuses,
    registration(claim) {
      if (mode === 'off') return WELL;
      const mismatches = [...plateFaults(claim), ...terminalIdFaults(claim)];
      if (mismatches.length === 0) return WELL;
      const results = mismatches.map((mismatch) => resultOf(claim.terminal, mismatch));
      const result = refuses ? (results.find((each) => each !== 'success') ?? 'success') : 'success';
      return { result, mismatches };
    },
    device(terminal, what, said) {
      const expected = archive.get(terminal)?.[what];
      if (mode === 'off' || expected === undefined || bare(expected) === bare(said)) return undefined;
      // Terminals of 2011 and 2013 do not say their IMEI when they authenticate.
      return said === '' ? undefined : { what, expected, said };
    },
  };
}
