/** The gateway as an installer needs it: what it knows of a terminal, and what is told to it. Errors are for people. */
import type { EpochMs } from '../../protocol/index.ts';
import type { LifeState } from '../registry/life-cycle.ts';
import type { GatewayApi } from '../terminal-link/remote.ts';
import type { Baseline } from './notebook.ts';

/** An event that it raised. */
export interface RaisedEvent {
  readonly code: string;
  readonly at: string;
}

export interface GatewayView {
  readonly url: string;
  /** Undefined where it does not know the terminal. */
  terminal(terminal: string): Promise<{ readonly online: boolean; readonly lastHeardAt: string | null } | undefined>;
  events(terminal: string, since: EpochMs): Promise<readonly RaisedEvent[]>;
  /** Has the terminal asked where it is, and resolves with how that ended and how long it took. */
  roundTrip(terminal: string): Promise<{ readonly state: string; readonly ms: number }>;
  lifeState(terminal: string): Promise<LifeState | undefined>;
  advance(
    terminal: string,
    to: LifeState,
    more: { workOrder?: string; baseline?: Baseline; record?: string },
  ): Promise<void>;
}

const LOOK_MS = 200;
const WAIT_MS = 30_000;

/** Over a gateway's API. `pause` lets so much time pass. */
export function gatewayView(
  api: GatewayApi,
  time: { monotonic(): number; pause(ms: number): Promise<void> },
): GatewayView {
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
    url: api.url,
    async terminal(terminal) {
      const view = await found<{ online: boolean; health: { lastHeardAt: string | null } }>(
        `/api/v1/terminals/${terminal}`,
      );
      return view === undefined ? undefined : { online: view.online, lastHeardAt: view.health.lastHeardAt };
    },
    async events(terminal, since) {
      const from = encodeURIComponent(new Date(since).toISOString());
      const { items } = (await api.ask(`/api/v1/events?terminal=${terminal}&from=${from}&limit=100`)) as {
        readonly items: readonly { readonly code: string; readonly raisedAt: string }[];
      };
      return items.map(({ code, raisedAt }) => ({ code, at: raisedAt }));
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
      const { items } = (await api.ask(`/api/v1/registry/history?subject=terminal:${terminal}`)) as {
        readonly items: readonly { readonly after?: { readonly state?: LifeState } | null }[];
      };
      return items[0]?.after?.state;
    },
    async advance(terminal, to, more) {
      await api.ask(`/api/v1/registry/terminals/${terminal}/life-cycle`, { to, ...more });
    },
  };
}
