/**
 * Plays frames of other people's terminals into a platform over TCP: each terminal on a link of its own,
 * registered and authenticated as the standard wants it, one frame at a time, and says what became of each.
 */
import { deframe } from './deframe.ts';
import { type Answer, WireTerminal } from './wire-terminal.ts';

export interface PlayedFrame {
  readonly id: string;
  readonly hex: string;
}

export interface Outcome {
  readonly id: string;
  readonly terminal: string;
  readonly messageId: string;
  /**
   * `acknowledged`: 0x8001 result 0, or 0x8100 result 0. `unsupported`, `malformed`, `failure`: the results 3, 2, 1.
   * `unanswered`: the standard has no answer to it. `unreadable`: the frame itself is broken, so there is nobody to answer.
   */
  readonly outcome: 'acknowledged' | 'unsupported' | 'malformed' | 'failure' | 'unanswered' | 'unreadable';
}

export interface Played {
  readonly outcomes: readonly Outcome[];
  /** Links that ended although the player had not ended them. */
  readonly lostConnections: number;
}

/** No message of the standard: the answer to it, after the commit, shows that everything before it was dealt with. */
const MARKER = 0x0f0f;
const TIME_QUERY = 0x0004;
const NEVER_ANSWERED: ReadonlySet<number> = new Set([0x0001, 0x0005]);

const RESULTS: Readonly<Record<string, Outcome['outcome']>> = {
  success: 'acknowledged',
  notSupported: 'unsupported',
  messageMalformed: 'malformed',
  failure: 'failure',
};

function outcomeOf(answer: Answer | undefined, messageId: number): Outcome['outcome'] {
  if (answer?.name === 'serverTimeResponse') return 'acknowledged';
  if (answer !== undefined) return RESULTS[String(answer.body['result'])] ?? 'failure';
  return NEVER_ANSWERED.has(messageId) ? 'unanswered' : 'unreadable';
}

/** Frames by the terminal in their header, in the order given; frames without a readable header come under ''. */
function byTerminal(frames: readonly PlayedFrame[]): ReadonlyMap<string, readonly PlayedFrame[]> {
  const groups = new Map<string, PlayedFrame[]>();
  for (const frame of frames) {
    const terminal = deframe(frame.hex)?.terminal ?? '';
    groups.set(terminal, [...(groups.get(terminal) ?? []), frame]);
  }
  return groups;
}

async function playTerminal(address: string, frames: readonly PlayedFrame[]): Promise<Played> {
  const known = frames.map((frame) => deframe(frame.hex)).find((header) => header !== undefined);
  const terminal = new WireTerminal({ phone: known?.phone ?? '013999999999', revision: known?.revision ?? 2013 });
  await terminal.connect(address);
  await terminal.registerAndAuthenticate();
  const outcomes: Outcome[] = [];
  for (const { id, hex } of frames) {
    const header = deframe(hex);
    const before = terminal.answers.length;
    terminal.raw(Buffer.from(hex, 'hex'));
    const marker = terminal.sendBody(MARKER, Uint8Array.of(outcomes.length >> 8, outcomes.length & 0xff));
    const marked = ({ name, body }: Answer): boolean =>
      name === 'platformAck' && body['replyId'] === MARKER && body['replySerial'] === marker;
    await terminal.until(
      () => terminal.answers.slice(before).some(marked) || terminal.closed,
      `the answer after ${id}`,
    );
    const answers = terminal.answers.slice(before);
    const messageId = header?.id ?? 0;
    const answer = answers.find(
      ({ name, body }) =>
        // 0x8004 names no serial.
        (name === 'serverTimeResponse' && messageId === TIME_QUERY) ||
        (body['replySerial'] === header?.serial &&
          (name === 'registrationResponse' || (name === 'platformAck' && body['replyId'] === messageId))),
    );
    const outcome = outcomeOf(answer, messageId);
    outcomes.push({
      id,
      terminal: header?.terminal ?? '',
      messageId: `0x${messageId.toString(16).padStart(4, '0')}`,
      outcome,
    });
    if (terminal.closed) return { outcomes, lostConnections: 1 };
    // 0x0003 made the code void: what follows needs a registration anew.
    const result = answers.find(marked)?.body['result'];
    if (result === 'failure') await terminal.registerAndAuthenticate();
  }
  terminal.end();
  await terminal.until(() => terminal.closed, 'the end of the link');
  return { outcomes, lostConnections: 0 };
}

/** Plays all frames, terminal after terminal. */
export async function playFrames(address: string, frames: readonly PlayedFrame[]): Promise<Played> {
  const outcomes: Outcome[] = [];
  let lostConnections = 0;
  for (const group of byTerminal(frames).values()) {
    const played = await playTerminal(address, group);
    outcomes.push(...played.outcomes);
    lostConnections += played.lostConnections;
  }
  return { outcomes, lostConnections };
}
