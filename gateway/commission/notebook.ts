/** What a job finds out that several steps and the record need. */
import type { Json } from '../../protocol/index.ts';
import type { MeasuredBaseline } from '../registry/life-cycle.ts';

export interface ChangedParameter {
  readonly name: string;
  readonly before: Json;
  readonly after: Json;
}

/** A picture, by the terminal or by the installer. */
export interface Photo {
  readonly name: string;
  readonly type: string;
  readonly octets: Uint8Array;
}

/** What the detector is to know of the vehicle as it was left. */
export type Baseline = MeasuredBaseline;

/** One for every run; steps write into it. */
export interface Notebook {
  terminal: Record<string, Json>;
  vehicle: Record<string, Json>;
  before: Readonly<Record<string, Json>> | undefined;
  after: Readonly<Record<string, Json>> | undefined;
  changed: ChangedParameter[];
  photos: Photo[];
  baseline: Baseline;
  position: { readonly latitude: number; readonly longitude: number } | undefined;
  /** Codes of events that the gateway raised meanwhile. */
  events: string[];
  /** A step has failed. */
  failed: boolean;
}

export function newNotebook(): Notebook {
  return {
    terminal: {},
    vehicle: {},
    before: undefined,
    after: undefined,
    changed: [],
    photos: [],
    baseline: {},
    position: undefined,
    events: [],
    failed: false,
  };
}
