/** The health of several workers as that of one gateway. */
import type { Health, ListenerView, OutletView } from '../../api/sources.ts';
import type { JournalState } from '../../journal/journal.ts';

/** A worker's health, or why there is none. */
export type WorkerHealth = Health | { readonly fault: string };

/** `parts` by the workers' numbers, worker 0 first; one that is down shows as a listener that is. */
export function mergeHealth(parts: readonly WorkerHealth[], listeners: readonly ListenerView[]): Health {
  const up = parts.filter((part): part is Health => !('fault' in part));
  const sum = (of: (health: Health) => number): number => up.reduce((total, health) => total + of(health), 0);
  const latencies = up.flatMap(({ ackLatencyMs }) => ackLatencyMs ?? []);
  const [first] = up;
  return {
    node: first?.node ?? '',
    version: first?.version ?? '',
    startedAt: first?.startedAt ?? '',
    journal: mergeJournals(up.map(({ journal }) => journal)),
    listeners: [
      ...listeners,
      // Their own APIs are nobody's concern.
      ...up.flatMap((health) => health.listeners).filter(({ name }) => name !== 'http'),
      ...parts.map((part, worker) => ({
        name: `worker/${worker}`,
        address: '',
        up: !('fault' in part),
        ...('fault' in part ? { fault: part.fault } : {}),
      })),
    ],
    outlets: mergeOutlets(up.flatMap(({ outlets }) => outlets)),
    connections: sum(({ connections }) => connections),
    sessions: sum(({ sessions }) => sessions),
    terminals: sum(({ terminals }) => terminals),
    online: sum(({ online }) => online),
    packets: sum(({ packets }) => packets),
    faults: sum(({ faults }) => faults),
    acknowledged: sum(({ acknowledged }) => acknowledged),
    // The slowest of them: what no terminal exceeds by much.
    ackLatencyMs:
      latencies.length === 0
        ? null
        : { p50: Math.max(...latencies.map(({ p50 }) => p50)), p99: Math.max(...latencies.map(({ p99 }) => p99)) },
  };
}

function mergeJournals(states: readonly JournalState[]): JournalState {
  const sum = (of: (state: JournalState) => number): number => states.reduce((total, state) => total + of(state), 0);
  const head = sum((state) => state.head);
  return {
    head,
    // As many records as they have together.
    tail: head + 1 - sum((state) => state.head - state.tail + 1),
    writable: states.every(({ writable }) => writable),
    fault: states.find(({ fault }) => fault !== undefined)?.fault,
    pendingBytes: sum(({ pendingBytes }) => pendingBytes),
    diskBytes: sum(({ diskBytes }) => diskBytes),
    dropped: sum(({ dropped }) => dropped),
    lost: sum(({ lost }) => lost),
    chainFaults: states.some(({ chainFaults }) => chainFaults === undefined)
      ? undefined
      : sum(({ chainFaults }) => chainFaults ?? 0),
  };
}

function mergeOutlets(views: readonly OutletView[]): readonly OutletView[] {
  const merged = new Map<string, OutletView>();
  for (const view of views) {
    const before = merged.get(view.name);
    merged.set(view.name, before === undefined ? view : both(before, view));
  }
  return [...merged.values()];
}

function both(a: OutletView, b: OutletView): OutletView {
  return {
    name: a.name,
    connected: a.connected && b.connected,
    delivered: a.delivered + b.delivered,
    retries: a.retries + b.retries,
    buried: a.buried + b.buried,
    backlog: a.backlog + b.backlog,
    // Where one is not in sight, neither is the whole.
    secondsToDrain:
      a.secondsToDrain === null || b.secondsToDrain === null ? null : Math.max(a.secondsToDrain, b.secondsToDrain),
    lastError: a.lastError ?? b.lastError,
  };
}
