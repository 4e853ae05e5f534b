/** What the commands of `xingji terminal` have in common: what they are given, what they tell, how they fail. */
import type { Clock, EpochMs } from '../../../protocol/index.ts';
import type { LinkEvent, TerminalLink } from '../../terminal-link/terminal-link.ts';
import type { Language } from '../language.ts';
import type { Given } from './given.ts';

/** A text in both languages. */
export type Both = Readonly<Record<Language, string>>;

/** Something to be told: an object for programs, lines for people. */
export interface Report {
  readonly json: Readonly<Record<string, unknown>>;
  readonly text: readonly string[];
}

/** Wrong usage is 2; whatever the terminal or the world did not do is 1. */
export class ToolFault extends Error {
  override readonly name = 'ToolFault';
  readonly exitCode: 1 | 2;

  constructor(message: string, exitCode: 1 | 2) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** Files, as far as the tool has to do with them. Each throws ToolFault, with the path, where it cannot. */
export interface ToolFiles {
  /** A new file; one that is there already is not overwritten. */
  save(path: string, octets: Uint8Array): void;
  /** A new file that is written piece by piece. */
  begin(path: string): { write(octets: Uint8Array): void; close(): void };
  read(path: string): AsyncIterable<Uint8Array>;
}

/** Where a replay goes that is not for the terminal. */
export interface Target {
  /** One connection for each name; waits while the other side is slow. */
  send(name: string, octets: Uint8Array): Promise<void>;
  /** Ends the connections in order. */
  end(): Promise<{ readonly answered: number; readonly faults: ReadonlyMap<string, number> }>;
}

/** What was seen since the tool was started. */
export interface Seen {
  readonly since: EpochMs;
  frames: { up: number; down: number };
  messages: { up: number; down: number };
  faults: number;
  sentences: number;
  last: EpochMs | undefined;
}

/** One run of the tool. */
export interface Tool {
  readonly clock: Clock;
  readonly language: Language;
  /** Undefined where none was asked for: then only files and platforms can be worked with. */
  readonly link: TerminalLink | undefined;
  readonly seen: Seen;
  readonly files: ToolFiles;
  /** Runs behind the prompt until it is ended: `follow`, `capture`. By name, one of each. */
  readonly standing: Map<string, () => void>;
  say(report: Report): void;
  /** Asks a person; without one, what `--yes` says. Throws ToolFault where that was not given. */
  confirm(question: Both): Promise<boolean>;
  connect(url: URL): Target;
}

/** A command of the tool. */
export interface ToolCommand {
  readonly name: string;
  /** What may stand behind the name. */
  readonly usage: string;
  /** Flags that it takes: with a value, or without. */
  readonly flags?: Readonly<Record<string, 'value' | 'switch'>>;
  readonly about: Both;
  /** Further lines of its help. */
  readonly more?: Both;
  readonly examples: readonly string[];
  /** Words that may stand where the cursor is, behind `before`. */
  readonly candidates?: (before: readonly string[]) => readonly string[];
  /** Rejects with ToolFault or LinkFault. `signal`: Ctrl-C. */
  run(tool: Tool, given: Given, signal: AbortSignal): Promise<void>;
}

/** The terminal, or why there is none. */
export function linkOf({ link, language }: Tool): TerminalLink {
  if (link !== undefined) return link;
  const said: Both = {
    'zh-CN': '没有终端：用 --serial、--tcp 或 --gateway 启动',
    en: 'there is no terminal: start with --serial, --tcp or --gateway',
  };
  throw new ToolFault(said[language], 2);
}

/** Waits for `ms`, or until the signal. True when the time is up. */
export function sleep(clock: Clock, ms: number, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve(false);
    const cancel = clock.wake(clock.monotonic() + ms, () => {
      signal.removeEventListener('abort', stop);
      resolve(true);
    });
    const stop = (): void => {
      cancel();
      resolve(false);
    };
    signal.addEventListener('abort', stop, { once: true });
    return undefined;
  });
}

/**
 * Hands events to `take` until it says that it has enough, the time is up or Ctrl-C is pressed. Resolves with which of these it was.
 */
export async function watchUntil(
  tool: Tool,
  { forMs, signal }: { readonly forMs: number | undefined; readonly signal: AbortSignal },
  take: (event: LinkEvent) => boolean,
): Promise<'enough' | 'time' | 'stopped'> {
  const enough = new AbortController();
  const cancel = linkOf(tool).watch((event) => {
    if (!enough.signal.aborted && take(event)) enough.abort();
  });
  try {
    const either = AbortSignal.any([signal, enough.signal]);
    if (await sleep(tool.clock, forMs ?? FOREVER_MS, either)) return 'time';
    return enough.signal.aborted ? 'enough' : 'stopped';
  } finally {
    cancel();
  }
}

/** Longer than anybody waits; timers hold no more than 2³¹ ms. */
const FOREVER_MS = 2 ** 31 - 1;
