/** What the HTTP API sees of the gateway: its sources, over the core and the outlets. */
import type { Position } from '../bridge/index.ts';
import { type ApiSources, type Health, type PageQuery, selectPage, type TerminalView } from './api/sources.ts';
import { createCommandSources } from './command-views.ts';
import type { Core } from './core-parts.ts';
import { heldPayload } from './deliver/position-payload.ts';
import { shownPosition, statePayload } from './deliver/states.ts';
import type { Tap } from './deliver/tap.ts';
import type { Live } from './fold/latest.ts';
import type { revokeCode } from './registry/revoke-code.ts';

export interface ViewParts {
  readonly core: Core;
  readonly journalId: string;
  readonly tap: Tap;
  readonly health: () => Health;
  readonly metrics: () => Promise<string>;
  readonly now: () => number;
  /** Voids the codes of a terminal. */
  readonly revoke: (terminal: string) => ReturnType<typeof revokeCode>;
  /** How long a command without `expiresAt` may wait. */
  readonly commandTtlMs: number;
}

export function createSources(parts: ViewParts): ApiSources {
  const { core, journalId, now } = parts;
  const { latest, registry } = core;

  function viewOf(live: Live): TerminalView {
    const state = statePayload(live, registry, { journalId, at: now(), events: core.judging.events });
    const registration = registry.registration(live.terminal);
    return {
      terminal: live.terminal,
      phone: registration?.phone ?? null,
      vehicle: state.vehicle,
      division: registry.identity(live.terminal).division,
      revision: registration?.revision ?? null,
      online: state.online,
      since: state.since,
      position: state.position,
      health: state.health,
      openEvents: state.openEvents,
      quirks: registry.quirks.view(live.terminal) ?? {},
    };
  }

  /** Of a vehicle that stays out nothing is told, not even that there is one. */
  const isExempt = (terminal: string): boolean => registry.exempt(terminal, now()) !== undefined;

  function* chosen(page: PageQuery): Iterable<string> {
    for (const live of latest.values()) {
      if (isExempt(live.terminal)) continue;
      if (page.online !== undefined && live.online !== page.online) continue;
      if (!registry.identity(live.terminal).division.startsWith(page.division ?? '')) continue;
      yield live.terminal;
    }
  }

  function* positioned(page: PageQuery): Iterable<string> {
    for (const terminal of chosen(page)) if (latest.get(terminal)?.last !== undefined) yield terminal;
  }

  function positionOf(live: Live): Position {
    const shown = shownPosition(live)!;
    const { vehicle } = registry.identity(live.terminal);
    return heldPayload(live.terminal, shown, vehicle, registry.quirks.ofPosition(live.terminal));
  }

  return {
    terminals: (page) =>
      selectPage(chosen(page), page.after, page.limit).map((terminal) => viewOf(latest.get(terminal)!)),
    terminal(terminal) {
      const live = latest.get(terminal);
      return live === undefined || isExempt(terminal) ? undefined : viewOf(live);
    },
    latest: (page) =>
      selectPage(positioned(page), page.after, page.limit).map((terminal) => positionOf(latest.get(terminal)!)),
    health: parts.health,
    metrics: parts.metrics,
    live: parts.tap,
    commands: createCommandSources(parts),
    async revokeCode(terminal) {
      const why = await parts.revoke(terminal);
      if (why === undefined) return 'revoked';
      return why === 'unknown' ? 'unknown' : 'busy';
    },
  };
}
