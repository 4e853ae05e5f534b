/** What every part of the detector works with. */
import type { Cohorts } from './cohorts.ts';
import type { Context } from './context.ts';
import type { DeadZones } from './dead-zones.ts';
import type { Docket } from './docket.ts';
import type { Probe } from './finding.ts';
import type { Fleet } from './fleet.ts';
import type { Skies } from './skies.ts';
import type { Statements } from './statements.ts';
import type { Terminal } from './terminal.ts';

/** Rows of what terminals share. */
export type SharedKey = '@context' | '@fleet' | '@zones' | '@skies' | '@cohorts' | '@desk';

export interface Desk {
  readonly docket: Docket;
  readonly statements: Statements;
  readonly context: Context;
  readonly fleet: Fleet;
  readonly skies: Skies;
  readonly zones: DeadZones;
  readonly cohorts: Cohorts;
  /** Which terminal a device, by IMEI, was last heard as. */
  readonly devices: Map<string, string>;
  /** When our own process was last down: nobody could be heard then. */
  downFrom: number;
  upAt: number;
  /** What terminals share has changed: it is to be kept anew. */
  readonly touched: (key: SharedKey) => void;
  terminal(id: string): Terminal | undefined;
  /** Something was said of a terminal that is not the one being heard: it is to be kept anew. */
  changed(t: Terminal): void;
  /** Asks the terminal something, within its budget. */
  ask(t: Terminal, type: Probe['type'], body?: Probe['body']): void;
}
