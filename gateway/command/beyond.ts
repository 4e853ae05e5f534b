/** A way to terminals that no link speaks for: short messages over satellites. Few commands fit through it. */
import type { CommandStatus } from './command.ts';

/** What becomes of a command that was taken over. */
export interface BeyondTold {
  /** It is on its way. */
  sent(): void;
  /** Said once, last. `sent`: it went out, which is all that will be known of it. */
  ended(how: 'sent' | 'refused' | 'expired', why: string): void;
}

export interface Beyond {
  /** Takes a command over; false: there is no way to this terminal, or none for this command. */
  take(command: CommandStatus, told: BeyondTold): boolean;
  /** Gives a command back, as it can go out over a link, or is not wanted any more; false: it is on its way. */
  withdraw(id: string): boolean;
}
