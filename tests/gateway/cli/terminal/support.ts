/** The tool over a terminal that answers as it is told to, on a clock that moves only when told to. */
import {
  type DescribedMessage,
  decodeFrameHex,
  describeMessage,
  formatHex,
  VirtualClock,
} from '../../../../protocol/index.ts';
import { runLine, type Outcome } from '../../../../gateway/cli/terminal/shell.ts';
import { type Report, type Seen, type Target, type Tool, ToolFault } from '../../../../gateway/cli/terminal/tool.ts';
import { LinkFault } from '../../../../gateway/terminal-link/faults.ts';
import type { Answer, LinkEvent, Speaker, TerminalLink } from '../../../../gateway/terminal-link/terminal-link.ts';

/** What a terminal says to a message: a body, or a fault. */
export type Say = (type: string, body: unknown) => Answer | LinkFault;

export const SPEAKER: Speaker = { terminal: '13912345678', phone: '013912345678', revision: 2013 };

export class FakeLink implements TerminalLink {
  readonly kind: TerminalLink['kind'] = 'serial';
  readonly where = 'serial:/dev/ttyUSB0';
  speaker: Speaker | undefined = SPEAKER;
  readonly asked: (readonly [type: string, body: unknown])[] = [];
  readonly injected: string[] = [];
  readonly #watchers = new Set<(event: LinkEvent) => void>();
  say: Say = () => ({ name: 'terminalAck', body: { result: 'success' } });

  ready(): Promise<Speaker> {
    return this.speaker === undefined ? Promise.reject(new LinkFault('no-terminal')) : Promise.resolve(this.speaker);
  }

  ask(type: string, body: unknown): Promise<Answer> {
    this.asked.push([type, body]);
    const answer = this.say(type, body);
    return answer instanceof LinkFault ? Promise.reject(answer) : Promise.resolve(answer);
  }

  inject(octets: Uint8Array): Promise<void> {
    this.injected.push(formatHex(octets));
    return Promise.resolve();
  }

  watch(watcher: (event: LinkEvent) => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  tell(event: LinkEvent): void {
    for (const watcher of this.#watchers) watcher(event);
  }

  get watchers(): number {
    return this.#watchers.size;
  }
}

export interface Bench {
  readonly tool: Tool;
  readonly link: FakeLink;
  readonly clock: VirtualClock;
  readonly reports: Report[];
  readonly faults: string[];
  readonly questions: string[];
  readonly saved: Map<string, Uint8Array>;
  readonly sent: (readonly [name: string, hex: string, at: number])[];
  /** What whoever is asked to confirm says. */
  yes: boolean;
  run(line: string, signal?: AbortSignal): Promise<Outcome>;
  /** JSON of the reports, without their times. */
  told(): unknown[];
}

export function benchOf(options: { readonly link?: boolean; readonly language?: Tool['language'] } = {}): Bench {
  const link = new FakeLink();
  const clock = new VirtualClock();
  const reports: Report[] = [];
  const faults: string[] = [];
  const questions: string[] = [];
  const saved = new Map<string, Uint8Array>();
  const sent: [string, string, number][] = [];
  const seen: Seen = {
    since: clock.now(),
    frames: { up: 0, down: 0 },
    messages: { up: 0, down: 0 },
    faults: 0,
    sentences: 0,
    last: undefined,
  };
  const save = (path: string, octets: Uint8Array): void => {
    if (saved.has(path)) throw new ToolFault(`${path}: is there already`, 1);
    saved.set(path, octets);
  };
  const target: Target = {
    send: (name, octets) => {
      sent.push([name, formatHex(octets), clock.monotonic()]);
      return Promise.resolve();
    },
    end: () => Promise.resolve({ answered: 15, faults: new Map() }),
  };
  const bench: Bench = {
    link,
    clock,
    reports,
    faults,
    questions,
    saved,
    sent,
    yes: true,
    tool: {
      clock,
      language: options.language ?? 'en',
      link: options.link === false ? undefined : link,
      seen,
      standing: new Map(),
      files: {
        save,
        begin(path) {
          save(path, new Uint8Array());
          return {
            write: (octets) => void saved.set(path, Buffer.concat([saved.get(path)!, octets])),
            close: () => undefined,
          };
        },
        async *read(path) {
          const octets = saved.get(path);
          if (octets === undefined) throw new ToolFault(`${path}: ENOENT`, 1);
          for (let at = 0; at < octets.length; at += 100) yield octets.subarray(at, at + 100);
        },
      },
      say: (report) => void reports.push(report),
      confirm(question) {
        questions.push(question.en);
        return Promise.resolve(bench.yes);
      },
      connect: () => target,
    },
    run: (line, signal = new AbortController().signal) =>
      runLine(bench.tool, line, { signal, fault: (text) => void faults.push(text) }),
    told: () => reports.map(({ json }) => Object.fromEntries(Object.entries(json).filter(([name]) => name !== 'at'))),
  };
  return bench;
}

/** Lets what was promised happen. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 20; i++) await Promise.resolve();
}

export function messageOf(hex: string): DescribedMessage {
  const [decoded] = decodeFrameHex(hex);
  if (decoded === undefined || 'fault' in decoded) throw new Error(`no frame: ${hex}`);
  return describeMessage(decoded);
}
