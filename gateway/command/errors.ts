/** Why a command is not taken, each with a sentence for whoever asked. */
export const COMMAND_REFUSALS = {
  COMMAND_TYPE: 'There is no platform message of that name that can be sent as a command.',
  COMMAND_BODY: 'The body is not that of the message.',
  COMMAND_TERMINAL: 'No terminal of that number is known here.',
  COMMAND_TARGET: 'The target names no terminal.',
  COMMAND_QUEUE_FULL: 'Too many commands wait for this terminal, or in all.',
  COMMAND_EXPIRED: 'The command had expired when it arrived.',
  COMMAND_CONFLICT: 'Another command has this id.',
  COMMAND_RIGHT: 'The account has not the right to send a command that can do harm.',
  COMMAND_UNKNOWN: 'No such command is known.',
  COMMAND_NOT_AWAITING: 'The command does not wait for an approval.',
  COMMAND_SAME_PERSON: 'Whoever asked for a command cannot approve it: it takes a second person.',
  JOURNAL_REFUSED: 'The gateway cannot write to its disk at the moment; send the command again later.',
} as const;
export type CommandRefusalCode = keyof typeof COMMAND_REFUSALS;

export class CommandRefusal extends Error {
  override readonly name = 'CommandRefusal';
  readonly code: CommandRefusalCode;

  constructor(code: CommandRefusalCode, detail?: string) {
    super(detail === undefined ? COMMAND_REFUSALS[code] : `${COMMAND_REFUSALS[code]} ${detail}`);
    this.code = code;
  }
}
