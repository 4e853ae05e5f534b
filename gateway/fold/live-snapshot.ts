/** A terminal's live state as JSON, positions as octets, and back. */
import { formatHex, parseHex } from '../../protocol/index.ts';
import { HeldPosition, type KeptPosition } from './held-position.ts';
import type { Latest, Live } from './latest.ts';
import type { Snapshotted } from './snapshots.ts';

/** A row's position: its octets in hex. */
interface Row extends KeptPosition {
  readonly body: string;
}

interface KeptLive extends Omit<Live, 'last' | 'fix'> {
  readonly last: Row | null;
  /** `true`: the same as `last`. */
  readonly fix: Row | true | null;
}

/** The live states of terminals as snapshots, a row each. */
export function latestSnapshots(latest: Latest): Snapshotted {
  return {
    kind: 'terminal',
    snapshot(terminal) {
      const live = latest.get(terminal);
      return live === undefined ? null : liveToJson(live);
    },
    restore: (_terminal, value) => latest.restore(liveFromJson(value)),
  };
}

export function liveToJson(live: Live): string {
  const last = live.last === undefined ? null : keep(live.last);
  const fix = live.fix === undefined ? null : live.fix === live.last ? true : keep(live.fix);
  return JSON.stringify({ ...live, last, fix } satisfies KeptLive);
}

export function liveFromJson(json: string): Live {
  const kept = JSON.parse(json) as KeptLive;
  const last = kept.last === null ? undefined : unkeep(kept.last);
  const fix = kept.fix === null ? undefined : kept.fix === true ? last : unkeep(kept.fix);
  return { ...kept, last, fix };
}

function keep({ octets, isWide: wide, ...position }: HeldPosition): Row {
  const { seq, receivedAt, order, revision, backfill, serial } = position;
  const time = Number.isNaN(position.time) ? null : position.time;
  return { seq, receivedAt, order, revision, backfill, serial, time, wide, body: formatHex(octets) };
}

function unkeep({ body, ...kept }: Row): HeldPosition {
  return new HeldPosition().restore(kept, parseHex(body)!);
}
