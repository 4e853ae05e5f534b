/** A gateway as the API sees it, made of plain data. */
import { randomBytes } from 'node:crypto';
import { pino } from 'pino';
import type { Envelope, Position } from '../../../bridge/index.ts';
import { type Access, createAccess } from '../../../gateway/access/access.ts';
import type { Account } from '../../../bridge/index.ts';
import { createBrokerAccess } from '../../../gateway/access/broker-access.ts';
import { administer } from '../../../gateway/access/administration.ts';
import { hashToken } from '../../../gateway/access/secrets.ts';
import { HttpCounters } from '../../../gateway/api/counters.ts';
import { type Api, type ApiOptions, createApi } from '../../../gateway/api/server.ts';
import type { EventSources } from '../../../gateway/events/event-sources.ts';
import { type ApiSources, type Health, type TerminalView, selectPage } from '../../../gateway/api/sources.ts';
import { createFeeds, type Feeds } from '../../../gateway/feed/feeds.ts';
import { openRegistryFile } from '../../../gateway/registry/store/registry-file.ts';
import { storeOver } from '../../../gateway/registry/store/registry-store.ts';
import type { CommandOrder, CommandSources, CommandView, Refused } from '../../../gateway/api/command-sources.ts';
import { openLibrary } from '../../../gateway/media/library.ts';
import { VirtualClock } from '../../../protocol/index.ts';

/** A registry in memory, and no journal that is to be told. */
function memoryFeeds(clock: VirtualClock): Feeds {
  return createFeeds({ store: storeOver(openRegistryFile(':memory:')), relay: { drain: async () => {} }, clock });
}

export function healthy(change: Partial<Health> = {}): Health {
  return {
    node: 'gateway-1',
    version: '0.0.0',
    startedAt: '2026-01-01T00:00:00.000Z',
    journal: {
      head: 41,
      tail: 1,
      writable: true,
      fault: undefined,
      pendingBytes: 0,
      diskBytes: 8192,
      dropped: 0,
      lost: 0,
      chainFaults: 0,
    },
    listeners: [{ name: 'jt808/tcp', address: '127.0.0.1:8808', up: true }],
    outlets: [
      {
        name: 'mqtt',
        connected: true,
        delivered: 38,
        retries: 1,
        buried: 0,
        backlog: 3,
        secondsToDrain: 2,
        lastError: null,
      },
    ],
    connections: 2,
    sessions: 1,
    terminals: 3,
    online: 1,
    packets: 41,
    faults: 0,
    acknowledged: 41,
    ackLatencyMs: { p50: 1, p99: 2 },
    ...change,
  };
}

export function position(terminal: string, change: Partial<Position> = {}): Position {
  return {
    id: `${terminal}-1`,
    terminal,
    vehicle: null,
    time: '2026-01-01T08:00:00+08:00',
    receivedAt: '2026-01-01T08:00:01+08:00',
    seq: 1,
    latitude: 25.04,
    longitude: 102.71,
    altitude: 1890,
    speed: 40.5,
    direction: 90,
    alarm: [],
    status: ['acc', 'positioned'],
    items: {},
    fix: 'gnss',
    backfill: false,
    revision: 2019,
    ...change,
  };
}

export function terminal(name: string, division: string, online = true): TerminalView {
  const health = { lastHeardAt: null, alarms: [] };
  return {
    terminal: name,
    phone: name,
    vehicle: null,
    division,
    revision: 2019,
    online,
    since: null,
    position: position(name),
    health,
    openEvents: [],
  };
}

/** Tokens of the accounts below: the names with `-token` behind. */
const ACCOUNTS: readonly Account[] = [
  { name: 'root', role: 'operator', prefix: '' },
  { name: 'kunming', role: 'unit', prefix: '5301' },
  { name: 'nanning', role: 'unit', prefix: '4501' },
  { name: 'watcher', role: 'supervisor', prefix: '' },
  { name: 'money', role: 'finance', prefix: '' },
];

export class FakeGateway implements ApiSources {
  readonly views = new Map<string, TerminalView>();
  readonly listeners = new Set<(envelope: Envelope, place: string) => void>();
  readonly orders: (CommandOrder & { readonly account: string })[] = [];
  outcome: Refused | undefined;
  now = healthy();
  broken: Error | undefined;

  add(...views: readonly TerminalView[]): void {
    for (const view of views) this.views.set(view.terminal, view);
  }

  terminals(query: Parameters<ApiSources['terminals']>[0]): readonly TerminalView[] {
    if (this.broken !== undefined) throw this.broken;
    const inside = [...this.views.values()].filter(
      (view) =>
        view.division.startsWith(query.division ?? '') && (query.online === undefined || view.online === query.online),
    );
    const page = selectPage(
      inside.map((view) => view.terminal),
      query.after,
      query.limit,
    );
    return page.flatMap((name) => this.views.get(name) ?? []);
  }

  terminal(name: string): TerminalView | undefined {
    return this.views.get(name);
  }

  latest(query: Parameters<ApiSources['latest']>[0]): readonly Position[] {
    return this.terminals(query).flatMap((view) => view.position ?? []);
  }

  health(): Health {
    return this.now;
  }

  /** What was published, each behind the place that its index is: `j.0` is before the first. */
  readonly told: Envelope[] = [];
  /** What is asked of `since`, answered in pieces of so many. */
  piece = 2;
  lost: 'tooOld' | undefined;

  readonly live: ApiSources['live'] = {
    subscribe: (listener) => {
      this.listeners.add(listener);
      return () => this.listeners.delete(listener);
    },
    place: 'j.0',
    since: async (place) => {
      const [journal, from] = place.split('.');
      if (journal !== 'j' || Number(from) > this.told.length) return 'unknown';
      if (this.lost !== undefined) return this.lost;
      const all = this.told.map((envelope, i) => ({ envelope, place: `j.${i + 1}` }));
      const envelopes = all.slice(Number(from), Number(from) + this.piece);
      const terminals = envelopes.map(({ envelope }) => envelope.payload.terminal);
      return { envelopes, terminals, next: `j.${Number(from) + envelopes.length}` };
    },
    state: (name) => {
      const view = this.views.get(name);
      if (view === undefined) return undefined;
      const { phone: _phone, division, revision: _revision, ...state } = view;
      const payload = { ...state, id: `${name}-s`, time: null, receivedAt: '2026-01-01T08:00:01+08:00', seq: 2 };
      return { kind: 'state', division, payload };
    },
  };

  publish(envelope: Envelope): void {
    this.told.push(envelope);
    const place = `j.${this.told.length}`;
    Object.assign(this.live, { place });
    for (const listener of this.listeners) listener(envelope, place);
  }

  readonly commands: CommandSources = {
    one: async (order, { name }) => {
      this.orders.push({ ...order, account: name });
      return this.outcome ?? this.#view(order);
    },
    many: () => Promise.reject(new Error('not here')),
    get: (id, scope) => {
      const order = this.orders.find((each) => each.id === id);
      const seen = order !== undefined && this.views.get(order.terminal)!.division.startsWith(scope);
      return seen ? this.#view(order) : undefined;
    },
    list: () => ({ items: [], next: null }),
    decide: async () => this.outcome ?? this.#view(this.orders[0]!),
  };

  async revokeCode(terminal: string): Promise<'revoked' | 'unknown' | 'busy'> {
    return this.views.get(terminal)?.phone === null ? 'unknown' : 'revoked';
  }

  async metrics(): Promise<string> {
    return '# HELP up Whether it is.\nup 1\n';
  }

  #view(order: CommandOrder): CommandView {
    return {
      id: order.id,
      terminal: order.terminal,
      division: this.views.get(order.terminal)?.division ?? '000000',
      type: order.type,
      body: order.body,
      by: 'root',
      priority: 'normal',
      state: 'accepted',
      seq: 1,
      acceptedAt: '2026-01-01T08:00:00+08:00',
      updatedAt: '2026-01-01T08:00:00+08:00',
      expiresAt: order.expiresAt ?? '2026-01-02T08:00:00+08:00',
    };
  }
}

export interface Running {
  readonly gateway: FakeGateway;
  readonly clock: VirtualClock;
  readonly counters: HttpCounters;
  readonly base: string;
  readonly log: Record<string, unknown>[];
  readonly api: Api;
  /** Asks with the token of an account, or without. */
  ask(
    path: string,
    options?: {
      readonly as?: string;
      readonly method?: string;
      readonly json?: unknown;
      readonly headers?: Record<string, string>;
      readonly body?: string;
    },
  ): Promise<Response>;
}

async function accounts(): Promise<Access> {
  const stored = ACCOUNTS.map(({ name, role, prefix }) => ({
    name,
    role,
    prefix,
    password: null,
    tokens: [hashToken(`${name}-token`)],
  }));
  return createAccess(stored, { random: randomBytes, now: () => 0 });
}

/** A server on a free port of 127.0.0.1 (or of `host`), with a virtual clock. */
/** Nothing ever happens. */
const NO_EVENTS: EventSources = {
  list: async () => [],
  story: async () => undefined,
  evidence: async () => undefined,
  act: async () => 'unknown',
};

export async function serve(
  change: Partial<
    Pick<
      ApiOptions,
      | 'bodyLimit'
      | 'maxStreams'
      | 'rates'
      | 'frontSecret'
      | 'streamBacklog'
      | 'events'
      | 'library'
      | 'looked'
      | 'disclosure'
    >
  > = {},
  host = '127.0.0.1',
): Promise<Running> {
  const gateway = new FakeGateway();
  const clock = new VirtualClock();
  const counters = new HttpCounters();
  const log: Record<string, unknown>[] = [];
  const logger = pino(
    { level: 'debug' },
    { write: (line: string) => void log.push(JSON.parse(line) as Record<string, unknown>) },
  );
  const access = await accounts();
  const api = await createApi({
    broker: createBrokerAccess({
      access,
      accounts: () => ACCOUNTS,
      prefix: 'xingji/v1',
      own: { name: 'gateway', password: 'gateway-password' },
      token: 'broker-token',
    }),
    administration: administer({
      data: '/nowhere',
      random: randomBytes,
      now: () => clock.now(),
      pause: async () => {},
      note: async () => {},
    }),
    sources: gateway,
    feeds: memoryFeeds(clock),
    library: openLibrary('/nowhere'),
    events: NO_EVENTS,
    access,
    counters,
    clock,
    random: randomBytes,
    log: logger,
    bodyLimit: 2048,
    maxStreams: 4,
    streamBacklog: 64 * 1024,
    ...change,
  });
  const { port } = await api.listen(host, 0);
  const base = `http://127.0.0.1:${port}`;
  return {
    gateway,
    clock,
    counters,
    base,
    log,
    api,
    ask(path, { as, method = 'GET', json, headers = {}, body } = {}) {
      return fetch(base + path, {
        method,
        redirect: 'manual',
        headers: {
          ...(as === undefined ? {} : { authorization: `Bearer ${as}-token` }),
          ...(json === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(json === undefined ? (body === undefined ? {} : { body }) : { body: JSON.stringify(json) }),
      });
    },
  };
}
