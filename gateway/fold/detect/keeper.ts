/** The detector's state as rows of JSON and back: one row a terminal, and some for what terminals share. */
import type { ContextChange } from './context.ts';
import type { Desk } from './desk.ts';
import { type Gap, openGap } from './gap.ts';
import { NO_CASES, Terminal } from './terminal.ts';
import type { Terminals } from './terminals.ts';

interface KeptGap extends Omit<Gap, 'times'> {
  readonly times: readonly number[];
}

interface KeeperParts {
  readonly desk: Desk;
  readonly terminals: Terminals;
  readonly context: (change: ContextChange) => void;
  /** Its deadline is to be set. */
  readonly placed: (t: Terminal) => void;
}

export class Keeper {
  readonly #parts: KeeperParts;

  constructor(parts: KeeperParts) {
    this.#parts = parts;
  }

  snapshot(key: string): string | null {
    const { desk, terminals } = this.#parts;
    switch (key) {
      case '@context':
        return desk.context.snapshot();
      case '@fleet':
        return desk.fleet.snapshot();
      case '@zones':
        return desk.zones.snapshot();
      case '@skies':
        return desk.skies.snapshot();
      case '@cohorts':
        return desk.cohorts.snapshot();
      case '@desk':
        return JSON.stringify({ downFrom: desk.downFrom, upAt: desk.upAt, devices: [...desk.devices] });
      default: {
        const t = terminals.get(key);
        if (t === undefined) return null;
        return JSON.stringify(rowOf(t));
      }
    }
  }

  restore(key: string, value: string): void {
    const { desk, context } = this.#parts;
    switch (key) {
      case '@context':
        return desk.context.restore(value, context);
      case '@fleet':
        return desk.fleet.restoreFrom(value);
      case '@zones':
        return desk.zones.restore(value);
      case '@skies':
        return desk.skies.restore(value);
      case '@cohorts':
        return desk.cohorts.restore(value);
      case '@desk': {
        const kept = JSON.parse(value) as { downFrom: number; upAt: number; devices: [string, string][] };
        desk.downFrom = kept.downFrom;
        desk.upAt = kept.upAt;
        for (const [imei, terminal] of kept.devices) desk.devices.set(imei, terminal);
        return;
      }
      default:
        return this.#terminal(key, value);
    }
  }

  #terminal(id: string, value: string): void {
    const { terminals, placed } = this.#parts;
    const { gap, ...kept } = JSON.parse(value) as Partial<Omit<Terminal, 'gap'>> & { gap?: KeptGap };
    const t: Terminal = Object.assign(new Terminal(id), kept);
    // What an earlier version did not keep of it begins anew.
    if (gap !== undefined) t.gap = { ...openGap(t), ...gap, times: new Set(gap.times) };
    if (t.cases.length === 0) t.cases = NO_CASES;
    terminals.put(t);
    placed(t);
  }
}

/** What differs from a terminal that nothing is known of; where it stands among the deadlines follows from the rest. */
function rowOf(t: Terminal): Record<string, unknown> {
  const { page: _page, at: _at, order: _order, place: _place, gap, ...own } = t;
  const { due: _due, slot: _slot, ...numbers } = Terminal.changed(t);
  return { ...numbers, ...own, gap: gap === undefined ? undefined : { ...gap, times: [...gap.times] } };
}
