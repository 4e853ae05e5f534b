/** Workers that have the other terminals: whoever chooses by distance asks them, and gives each its part of the command. */
import type { GroupRequest } from './group.ts';
import type { Chosen, Elsewhere, Nearest } from './target.ts';

/** Why terminals get no command, by terminal. */
export type Refusals = Readonly<Record<string, string>>;

export interface Peers {
  /** The nearest of their terminals. Those of a worker that is down are left out: nothing reaches them. */
  nearest(nearest: Nearest, scope: string): Promise<readonly Elsewhere[]>;
  /** Has the owners of terminals send them a command to many; one that has it already does nothing. Rejects where one cannot be asked. */
  part(request: GroupRequest, terminals: readonly Elsewhere[]): Promise<Refusals>;
}

/** Every terminal of a list refused for the same reason. */
export function refusedAll(terminals: readonly Chosen[], why: string): Refusals {
  return Object.fromEntries(terminals.map(({ terminal }) => [terminal, why]));
}
