/**
 * What follows from archive facts: which vehicle each terminal is in, with which SIM, and since when. Of two facts about one
 * terminal the later holds; when it goes, the other holds again.
 */
import type { DatabaseSync } from 'node:sqlite';
import type { Facts } from '../../../bridge/index.ts';
import { plateColorCode } from '../plate-color.ts';
import { terminalKey } from '../terminal-key.ts';

type ArchiveFact = Facts['archive'];

/** Colours that nobody knows are kept as this: no terminal says it. */
const UNKNOWN_COLOR = -1;

export interface Holdings {
  /** Takes the fact over for `before`, as change `n`; undefined: there is none. */
  replace(change: {
    readonly n: number;
    readonly at: number;
    readonly who: string;
    readonly before: ArchiveFact | undefined;
    readonly after: ArchiveFact | undefined;
  }): void;
}

export function holdingsOf(db: DatabaseSync): Holdings {
  const remove = db.prepare('delete from archive where id = ?');
  const put = db.prepare('insert or replace into archive values (?,?,?,?,?,?,?,?,?,?,?,?)');
  const holder = db.prepare('select vehicle, plate, iccid from archive where terminal = ? order by n desc limit 1');
  const open = db.prepare('select n, vehicle, plate, iccid from binding where terminal = ? and until is null');
  const close = db.prepare('update binding set until = ? where n = ?');
  const bind = db.prepare('insert into binding (terminal, vehicle, plate, iccid, since, who) values (?,?,?,?,?,?)');
  const known = db.prepare("insert or ignore into terminal values (?, 'inService', ?, null)");

  function settle(terminal: string, at: number, who: string): void {
    const now = holder.get(terminal);
    const before = open.get(terminal);
    const same =
      now !== undefined &&
      before !== undefined &&
      now['vehicle'] === before['vehicle'] &&
      now['plate'] === before['plate'] &&
      now['iccid'] === before['iccid'];
    if (same) return;
    if (before !== undefined) close.run(at, before['n'] as number);
    if (now !== undefined) bind.run(terminal, now['vehicle']!, now['plate']!, now['iccid'] ?? null, at, who);
  }

  return {
    replace({ n, at, who, before, after }) {
      const terminals = new Set<string>();
      if (before !== undefined) terminals.add(terminalKey(before.terminal));
      if (after === undefined) remove.run(before?.id ?? '');
      else {
        const { id, vehicle, plate, plateColor, vin, division, unit, terminal, terminalId, imei, iccid } = after;
        const color = plateColorCode(plateColor) ?? UNKNOWN_COLOR;
        const [of, optional] = [terminalKey(terminal), (value: string | undefined) => value ?? null];
        terminals.add(of);
        put.run(
          id,
          n,
          vehicle,
          plate,
          color,
          optional(vin),
          division,
          unit,
          of,
          ...[terminalId, imei, iccid].map(optional),
        );
        known.run(of, at);
      }
      for (const terminal of terminals) settle(terminal, at, who);
    },
  };
}
