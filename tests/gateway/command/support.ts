/** Commands in tests: how they are made, submitted, and what the journal and the terminal saw of them. */
import type { CommandStep } from '../../../gateway/command/command.ts';
import { CommandRefusal } from '../../../gateway/command/errors.ts';
import type { CommandRequest } from '../../../gateway/command/mailbox.ts';
import { ID, NOON, terminalAckBody } from '../../support/terminal-frames.ts';
import { factsOf, type Rig, type Terminal } from '../support/rig.ts';

export const HOUR = 3_600_000;
export const MINUTE = 60_000;

/** A command to the terminal of `driving()`. */
export const order = (
  id: string,
  type: string,
  body: object = {},
  over: Partial<CommandRequest> = {},
): CommandRequest => ({
  id,
  terminal: '13912345678',
  type,
  body,
  expiresAt: NOON + HOUR,
  by: 'dispatcher',
  ...over,
});

/** The refusal's code, or `accepted`. */
export function outcomeOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'accepted',
    (error: unknown) => {
      if (error instanceof CommandRefusal) return error.code;
      throw error;
    },
  );
}

/** Submits and lets everything settle. */
export async function submit(rig: Rig, request: CommandRequest): Promise<string> {
  const outcome = outcomeOf(rig.core.mailbox.submit(request));
  await rig.run();
  return outcome;
}

/** States that the journal holds of a command, in order. */
export const states = (rig: Rig, id: string): string[] =>
  (factsOf(rig.disk, 'command') as CommandStep[]).filter((step) => step.id === id).map(({ state }) => state);

/** Requests that the terminal got, as `id#serial`. */
export const asked = (car: Terminal): string[] =>
  car.answers
    .filter(({ header }) => header.id !== ID.platformAck)
    .map(({ header }) => `${header.id.toString(16)}#${header.serial}`);

export const lastSerial = (car: Terminal): number => car.answers.at(-1)!.header.serial;

/** 0x0001 with success. */
export function acknowledge(car: Terminal, id: number, serial: number = lastSerial(car)): void {
  car.say(ID.terminalAck, terminalAckBody(serial, id, 'success'));
}
