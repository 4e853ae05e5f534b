/** What every route is given. */
import type { Access } from '../access/access.ts';
import type { SignIn } from '../access/sign-in.ts';
import type { RandomOctets } from '../access/secrets.ts';
import type { EventSources } from '../events/event-sources.ts';
import type { Feeds } from '../feed/feeds.ts';
import type { AuditEntry } from '../audit/audit.ts';
import type { ReadRow, TrailQuery } from '../audit/read-trail.ts';
import type { Library } from '../media/library.ts';
import type { Guard } from './guard.ts';
import type { BrowserSessions } from './sessions.ts';
import type { ApiSources } from './sources.ts';
import type { StreamHub } from './stream.ts';

/** A look at something: who, and at what. */
export type Looked = (look: Omit<AuditEntry, 'at'>) => Promise<void>;

export interface ApiContext {
  readonly sources: ApiSources;
  readonly feeds: Feeds;
  readonly events: EventSources;
  readonly access: Access;
  readonly signIn: SignIn;
  readonly guard: Guard;
  readonly sessions: BrowserSessions;
  readonly streams: StreamHub;
  readonly random: RandomOctets;
  /** Epoch ms. */
  readonly now: () => number;
  /** Name of the gateway. */
  readonly node: string;
  readonly library: Library;
  /** Hears of every look at what is confidential; resolves when the trail has it. */
  readonly looked?: Looked;
  /** Rows of the trail, newest first. */
  readonly trail: (query: TrailQuery) => Promise<readonly ReadRow[]>;
}
