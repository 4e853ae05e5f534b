/** The tool with a person: a prompt with history and completion; what is seen meanwhile is written above it. */
import { createInterface, type Interface } from 'node:readline';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { colors } from '../colors.ts';
import { candidatesFor, runLine } from './shell.ts';
import type { Both, Tool } from './tool.ts';

const HISTORY = 500;
/** Lines typed ahead; further ones are lost. */
const MAX_AHEAD = 100;
/** A history may hold access points' passwords. */
const PRIVATE = 0o600;

export interface PromptOptions {
  readonly input: NodeJS.ReadStream;
  readonly output: NodeJS.WriteStream;
  /** Where lines are kept from one time to the next. */
  readonly historyPath: string;
  /** What stands before the cursor: who is at the other end. */
  readonly name: () => string;
}

export class Prompt {
  readonly #options: PromptOptions;
  readonly #lines: Interface;
  #running: AbortController | undefined;
  /** A line is being typed, or an answer to a question. */
  #typing = false;
  #confirming = false;
  #over = false;
  #next: ((line: string | undefined) => void) | undefined;
  /** Lines that were typed while another one ran. */
  readonly #ahead: string[] = [];

  constructor(options: PromptOptions) {
    this.#options = options;
    const { input, output } = options;
    const completer = (line: string): [string[], string] => {
      const [candidates, typed] = candidatesFor(line);
      return [[...candidates], typed];
    };
    const history = readHistory(options.historyPath);
    this.#lines = createInterface({
      input,
      output,
      completer,
      history,
      historySize: HISTORY,
      removeHistoryDuplicates: true,
      terminal: true,
    });
  }

  /** Writes lines above the one that is being typed. */
  write(lines: readonly string[]): void {
    const { output } = this.#options;
    if (this.#typing) output.write('\r\u001b[K');
    for (const line of lines) output.write(`${line}\n`);
    if (this.#typing) this.#ask();
  }

  /** y or j or 是, and Enter. */
  async confirm(question: string): Promise<boolean> {
    this.#confirming = true;
    const answer = await new Promise<string>((resolve) => {
      this.#lines.once('close', () => resolve(''));
      this.#lines.question(`${colors.yellow(question)} [y/N] `, resolve);
    });
    this.#confirming = false;
    return /^(y|yes|是)$/i.test(answer.trim());
  }

  /** Takes lines until there are no more, or one says to end. */
  async run(tool: Tool, greeting: Both): Promise<void> {
    this.write([greeting[tool.language]]);
    let history: string[] = [];
    this.#lines.on('history', (lines: string[]) => {
      // An answer is no command.
      if (this.#confirming) lines.shift();
      history = lines;
    });
    this.#lines.on('SIGINT', () => {
      if (this.#confirming) {
        // What was typed of an answer is taken back: none is a no.
        this.#lines.write(null, { ctrl: true, name: 'u' });
        this.#lines.write('\n');
      } else if (this.#running !== undefined) this.#running.abort();
      else this.#lines.close();
    });
    this.#lines.on('line', (line) => {
      if (this.#next !== undefined) this.#next(line);
      else if (this.#ahead.length < MAX_AHEAD) this.#ahead.push(line);
    });
    const over = new Promise<void>((resolve) => {
      this.#lines.once('close', () => {
        this.#over = true;
        this.#next?.(undefined);
        resolve();
      });
    });
    const work = this.#take(tool);
    await Promise.race([over, work]);
    this.#running?.abort();
    this.#lines.close();
    await work;
    if (history.length > 0) writeHistory(this.#options.historyPath, history);
  }

  async #take(tool: Tool): Promise<void> {
    for (;;) {
      const line = await this.#line();
      if (line === undefined) return;
      const running = new AbortController();
      this.#running = running;
      const fault = (text: string): void => void this.#options.output.write(`${colors.red(text)}\n`);
      const outcome = await runLine(tool, line, { signal: running.signal, fault });
      this.#running = undefined;
      if (outcome === 'quit') return;
    }
  }

  /** The next line, which may have been typed while the last one ran; undefined when there will be none. */
  #line(): Promise<string | undefined> {
    if (this.#over) return Promise.resolve(undefined);
    const typed = this.#ahead.shift();
    if (typed !== undefined) return Promise.resolve(typed);
    this.#typing = true;
    this.#ask();
    return new Promise((resolve) => {
      this.#next = (line) => {
        this.#typing = false;
        this.#next = undefined;
        resolve(line);
      };
    });
  }

  /** Keeps what stands in the line, and the place of the cursor. */
  #ask(): void {
    this.#lines.setPrompt(colors.bold(`${this.#options.name()}> `));
    this.#lines.prompt(true);
  }
}

/** Newest first, as readline has it. */
function readHistory(path: string): string[] {
  try {
    return readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .slice(0, HISTORY);
  } catch {
    return [];
  }
}

/** A home that cannot be written to is no reason to fail. */
function writeHistory(path: string, lines: readonly string[]): void {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(path, `${lines.join('\n')}\n`, { mode: PRIVATE });
  } catch {
    return;
  }
}
