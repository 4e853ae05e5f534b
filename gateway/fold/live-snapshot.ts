/** A terminal's live state as JSON, positions as octets, and back. */
import { codecFor, formatHex, MAX_BODY, parseHex, QuirkSet } from '../../protocol/index.ts';
import type { Latest, Live, LivePosition } from './latest.ts';
import { LOCATION } from './positions.ts';
import type { Snapshotted } from './snapshots.ts';

interface KeptPosition extends Omit<LivePosition, 'report' | 'wide'> {
  readonly body: string;
  readonly wide?: string;
  /** Octets have hemisphere bits by the signs of the coordinates, which is not how every terminal sets them. */
  readonly status: number;
}

interface KeptLive extends Omit<Live, 'last' | 'fix'> {
  readonly last: KeptPosition | null;
  /** `true`: the same as `last`. */
  readonly fix: KeptPosition | true | null;
}

const scratch = new Uint8Array(2 * MAX_BODY);
const quirks = new QuirkSet();

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

function keep({ report, wide, ...rest }: LivePosition): KeptPosition {
  const end = codecFor(LOCATION, rest.revision).encode(report, scratch, 0);
  return {
    ...rest,
    body: formatHex(scratch, 0, end),
    status: report.status,
    ...(wide === undefined ? {} : { wide: formatHex(wide) }),
  };
}

function unkeep({ body, status, wide, ...rest }: KeptPosition): LivePosition {
  const octets = parseHex(body)!;
  const report = codecFor(LOCATION, rest.revision).decode(octets, 0, octets.length, quirks);
  const items = wide === undefined ? {} : { wide: parseHex(wide)! };
  return { ...rest, ...items, report: report.status === status ? report : { ...report, status } };
}
