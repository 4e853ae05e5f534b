/** What the API needs to know of commands: a door for orders, views of what became of them. */
import type { CommandState, TargetPayload } from '../../bridge/index.ts';

interface Ordered {
  /** Chosen by the caller, so that a repeated request is one command. */
  readonly id: string;
  /** A platform message by name: `textMessage`, `locationQuery`. */
  readonly type: string;
  readonly body: unknown;
  /** ISO 8601; the gateway's default applies where it is missing. */
  readonly expiresAt?: string;
  readonly priority?: 'urgent' | 'normal' | 'low';
}

/** Whoever asks. */
export interface Asker {
  readonly name: string;
  /** Leading digits of the divisions that they reach. */
  readonly scope: string;
  /** Whether they may order what can do harm. */
  readonly mayHarm: boolean;
}

export interface CommandOrder extends Ordered {
  readonly terminal: string;
}

export interface GroupCommandOrder extends Ordered {
  readonly target: TargetPayload;
}

interface Viewed {
  readonly id: string;
  readonly type: string;
  readonly body: unknown;
  /** Who ordered it. */
  readonly by: string;
  readonly priority: 'urgent' | 'normal' | 'low';
  /** The journal's record that ordered it: a list goes on behind it. */
  readonly seq: number;
  readonly acceptedAt: string;
  readonly updatedAt: string;
  readonly expiresAt: string;
  /** Whether it waits for a second person, or who let it through. */
  readonly approval?: 'needed';
  readonly approvedBy?: string;
  /** Why it did not go through, for programs and for people. */
  readonly code?: string;
  readonly reason?: string;
}

/** A command to one terminal. */
export interface CommandView extends Viewed {
  readonly terminal: string;
  readonly division: string;
  readonly state: CommandState;
  readonly group?: string;
  /** What the terminal answered, and files that it sent. */
  readonly result?: unknown;
}

/** What became of a command to many at one of them. */
export interface MemberView {
  readonly terminal: string;
  readonly division: string;
  /** Metres, where the nearest were asked for. */
  readonly distance?: number;
  /** Its own command; null while it has none. */
  readonly id: string | null;
  readonly state: CommandState | null;
  readonly result?: unknown;
  readonly code?: string;
  readonly reason?: string;
}

/** A command to many. */
export interface GroupView extends Viewed {
  readonly target: TargetPayload;
  /** `launched`: every terminal has its own command, or the reason why not. */
  readonly state: 'accepted' | 'launched' | 'failed' | 'expired';
  /** How many are in which state; `refused` those that got none. */
  readonly counts: Readonly<Record<string, number>>;
  /** Nothing more will come of it. */
  readonly finished: boolean;
  readonly terminals: readonly MemberView[];
}

export interface CommandQuery {
  /** Leading digits of the division. */
  readonly division: string;
  readonly terminal?: string;
  readonly state?: CommandState;
  readonly type?: string;
  readonly group?: string;
  /** Only those that wait for a second person. */
  readonly awaiting?: boolean;
  /** Only those accepted before this one: `next` of the page before. */
  readonly before?: number;
  readonly limit: number;
}

/** Newest first. */
export interface CommandPage {
  readonly items: readonly (CommandView | GroupView)[];
  readonly next: number | null;
}

export interface Refused {
  readonly refused: {
    /** `unknown`: no such terminal or command. `invalid`: the order itself. `conflict`: the id was used for another order, or it is too late. `forbidden`: it takes another right, or another person. `busy`: try later. */
    readonly why: 'unknown' | 'invalid' | 'conflict' | 'forbidden' | 'busy';
    readonly detail: string;
  };
}

export interface CommandSources {
  /** Resolves when the order is on disk, or refused. */
  one(order: CommandOrder, by: Asker): Promise<CommandView | Refused>;
  many(order: GroupCommandOrder, by: Asker): Promise<GroupView | Refused>;
  /** To one or to many, as `by` sees it. */
  get(id: string, scope: string): CommandView | GroupView | undefined;
  /** Commands to one; with `awaiting` those to many as well. */
  list(query: CommandQuery): CommandPage;
  /** `reject`: why it is turned down. */
  decide(id: string, by: Asker, reject?: string): Promise<CommandView | GroupView | Refused>;
}
