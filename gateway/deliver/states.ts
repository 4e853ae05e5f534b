/**
 * Says where terminals stand, retained, without saying it for every report: what changed is collected and
 * published a few at a time, urgent things first.
 *
 * Bound: one entry per terminal, however long the broker is away.
 */
import type { Envelope, Outlet, State } from '../../bridge/index.ts';
import { ALARM_BITS, bitNames, type Clock, formatTime } from '../../protocol/index.ts';
import type { Events } from '../events/events.ts';
import type { HeldPosition } from '../fold/held-position.ts';
import type { Latest, Live } from '../fold/latest.ts';
import type { Registry } from '../registry/registry.ts';
import { heldPayload } from './position-payload.ts';
import { isoTime } from './times.ts';

const EVERY_MS = 250;
const RETRY_MS = 2000;

/** Where a terminal is for those who look: its newest report with a fix, else the newest at all. */
export function shownPosition({ fix, last }: Pick<Live, 'fix' | 'last'>): HeldPosition | undefined {
  return fix ?? last;
}

/** How a terminal stands at a time, epoch ms. Of one whose vehicle stays out it only says whether there is a link. */
export function statePayload(
  live: Live,
  registry: Registry,
  about: { journalId: string; at: number; events?: Pick<Events, 'openIds'> | undefined },
): State {
  const { journalId, at, events } = about;
  const { terminal } = live;
  const exempt = registry.exempt(terminal, at) !== undefined;
  const vehicle = exempt ? null : registry.identity(terminal).vehicle;
  const { last, fix } = exempt ? { last: undefined, fix: undefined } : live;
  const shown = shownPosition({ last, fix });
  const position =
    shown === undefined ? null : heldPayload(terminal, shown, vehicle, registry.quirks.ofPosition(terminal));
  return {
    id: `${journalId}-state-${terminal}-${live.seq}${exempt ? '-exempt' : ''}`,
    terminal,
    vehicle,
    time: last === undefined ? null : isoTime(last.time),
    receivedAt: formatTime(live.lastHeardAt === 0 ? live.since : live.lastHeardAt),
    seq: live.seq,
    online: live.online,
    since: isoTime(live.since),
    position,
    health: {
      lastHeardAt: isoTime(live.lastHeardAt),
      alarms: last === undefined ? [] : bitNames(ALARM_BITS, last.alarm),
    },
    openEvents: exempt ? [] : (events?.openIds(terminal) ?? []),
  };
}

export interface States {
  /** Publishes every known terminal anew: a broker that forgot what it retained is told again. */
  all(): void;
  readonly waiting: number;
  stop(): void;
}

/** `perSecond` bounds what states may take of the outlet from positions. */
export function publishStates(options: {
  latest: Latest;
  registry: Registry;
  outlet: Outlet;
  clock: Clock;
  journalId: string;
  perSecond: number;
  events?: Pick<Events, 'openIds' | 'subscribe'>;
}): States {
  const { latest, registry, outlet, clock, journalId, events } = options;
  const slice = Math.max(1, Math.floor((options.perSecond * EVERY_MS) / 1000));
  const urgent = new Set<string>();
  const dirty = new Set<string>();
  const stopping = new AbortController();
  let scheduled = false;

  const unsubscribe = latest.subscribe((live, now) => {
    if (now) {
      dirty.delete(live.terminal);
      urgent.add(live.terminal);
    } else if (!urgent.has(live.terminal)) dirty.add(live.terminal);
    schedule(EVERY_MS);
  });

  // What was retained of a vehicle that stays out from now on is replaced by what may be said of it.
  const unsubscribeExemptions = registry.exemptions.subscribe(() => {
    for (const { terminal } of latest.values()) if (registry.everExempt(terminal) !== undefined) urgent.add(terminal);
    if (urgent.size > 0) schedule(EVERY_MS);
  });

  const unsubscribeEvents = events?.subscribe((terminal) => {
    dirty.delete(terminal);
    urgent.add(terminal);
    schedule(EVERY_MS);
  });

  function take(): string[] {
    const taken: string[] = [];
    for (const set of [urgent, dirty]) {
      for (const terminal of set) {
        if (taken.length === slice) return taken;
        taken.push(terminal);
        set.delete(terminal);
      }
    }
    return taken;
  }

  function schedule(after: number): void {
    if (scheduled || stopping.signal.aborted) return;
    scheduled = true;
    clock.wake(clock.monotonic() + after, () => void flush());
  }

  async function flush(): Promise<void> {
    const terminals = take();
    let after = EVERY_MS;
    const batch: Envelope[] = [];
    for (const terminal of terminals) {
      const live = latest.get(terminal);
      if (live === undefined) continue;
      const { division } = registry.identity(terminal);
      batch.push({
        kind: 'state',
        division,
        payload: statePayload(live, registry, { journalId, at: clock.now(), events }),
      });
    }
    try {
      if (batch.length > 0) await outlet.deliver(batch, stopping.signal);
    } catch {
      // The outlet counts and logs its faults; what is newest by then is published when it is back.
      for (const terminal of terminals) urgent.add(terminal);
      after = RETRY_MS;
    }
    scheduled = false;
    if (urgent.size + dirty.size > 0) schedule(after);
  }

  return {
    all() {
      for (const live of latest.values()) dirty.add(live.terminal);
      if (dirty.size > 0) schedule(EVERY_MS);
    },
    get waiting() {
      return urgent.size + dirty.size;
    },
    stop() {
      stopping.abort();
      unsubscribe();
      unsubscribeEvents?.();
      unsubscribeExemptions();
    },
  };
}
