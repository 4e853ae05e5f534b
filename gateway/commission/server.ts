/** The gateway as an installer needs it: what it knows of a terminal, and what is told to it. Errors are for people. */
import type { Facts } from '../../bridge/index.ts';
import type { LifeState } from '../registry/life-cycle.ts';
import type { GatewayApi } from '../terminal-link/remote.ts';
import type { Baseline } from './notebook.ts';
import type { OrderBook } from './order.ts';

/** An event that it raised, or went on with, and when. */
export interface RaisedEvent {
  readonly code: string;
  readonly at: string;
}

export interface GatewayView {
  readonly url: string;
  /** Undefined where it does not know the terminal. */
  terminal(terminal: string): Promise<{ readonly online: boolean; readonly lastHeardAt: string | null } | undefined>;
  /** The last hundred; what began anew is the same event, with the time at which it last changed. */
  events(terminal: string): Promise<readonly RaisedEvent[]>;
  /** Has the terminal asked where it is, and resolves with how that ended and how long it took. */
  roundTrip(terminal: string): Promise<{ readonly state: string; readonly ms: number }>;
  lifeState(terminal: string): Promise<LifeState | undefined>;
  /** What stands behind a work order: it, and the archive of its vehicle; undefined where it knows no such order. */
  order(id: string): Promise<OrderBook | undefined>;
  advance(
    terminal: string,
    to: LifeState,
    more: { workOrder?: string; baseline?: Baseline; record?: string },
  ): Promise<void>;
}

/** It did not answer, or said no: for people, in one line. */
export class GatewayFault extends Error {
  override readonly name = 'GatewayFault';
}

const LOOK_MS = 200;
const WAIT_MS = 30_000;
const MAX_PAGES = 500;

/** Over a gateway's API. `pause` lets so much time pass. */
export function gatewayView(
  over: GatewayApi,
  time: { monotonic(): number; pause(ms: number): Promise<void> },
): GatewayView {
  const api = {
    ask: (path: string, json?: unknown): Promise<unknown> =>
      over.ask(path, json).catch((error: Error) => {
        throw new GatewayFault(error.message);
      }),
  };
  /** Undefined where it says that there is none. */
  async function found<T>(path: string): Promise<T | undefined> {
    try {
      return (await api.ask(path)) as T;
    } catch (error) {
      if ((error as Error).message.startsWith('unknown-')) return undefined;
      throw error;
    }
  }
  return {
    url: over.url,
    async terminal(terminal) {
      const view = await found<{ online: boolean; health: { lastHeardAt: string | null } }>(
        `/api/v1/terminals/${terminal}`,
      );
      return view === undefined ? undefined : { online: view.online, lastHeardAt: view.health.lastHeardAt };
    },
    async events(terminal) {
      const { items } = (await api.ask(`/api/v1/events?terminal=${terminal}&limit=100`)) as {
        readonly items: readonly { readonly code: string; readonly updatedAt: string }[];
      };
      return items.map(({ code, updatedAt }) => ({ code, at: updatedAt }));
    },
    async roundTrip(terminal) {
      const began = time.monotonic();
      const order = { type: 'locationQuery', body: {}, priority: 'urgent' };
      let now = (await api.ask(`/api/v1/terminals/${terminal}/commands`, order)) as { id: string; state: string };
      while (!['done', 'failed', 'timedOut', 'expired'].includes(now.state) && time.monotonic() - began < WAIT_MS) {
        await time.pause(LOOK_MS);
        now = (await api.ask(`/api/v1/commands/${encodeURIComponent(now.id)}`)) as typeof now;
      }
      return { state: now.state, ms: Math.round(time.monotonic() - began) };
    },
    async lifeState(terminal) {
      return (await found<{ readonly state: LifeState }>(`/api/v1/registry/terminals/${terminal}`))?.state;
    },
    async order(id) {
      const order = await found<Facts['workOrder']>(`/api/v1/feed/workOrder/${encodeURIComponent(id)}`);
      if (order === undefined) return undefined;
      const terminals = new Set(
        [order.terminal, order.newIds?.['terminal']].map((each) => each?.replace(/^0+(?=.)/, '')),
      );
      const archives: Facts['archive'][] = [];
      let cursor = '';
      // There is no index by plate; a registry of so many pages is looked through in a few seconds.
      for (let page = 0; page < MAX_PAGES && archives.length === 0; page++) {
        const { items, next } = (await api.ask(`/api/v1/feed/archive?limit=1000${cursor}`)) as {
          readonly items: readonly Facts['archive'][];
          readonly next: string | null;
        };
        archives.push(
          ...items.filter(
            ({ plate, terminal }) => plate === order.plate || terminals.has(terminal.replace(/^0+(?=.)/, '')),
          ),
        );
        if (next === null) break;
        cursor = `&cursor=${encodeURIComponent(next)}`;
      }
      return { workOrders: [order], archives };
    },
    async advance(terminal, to, more) {
      await api.ask(`/api/v1/registry/terminals/${terminal}/life-cycle`, { to, ...more });
    },
  };
}
