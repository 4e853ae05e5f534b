/** The detector as the core has it: its rows among the snapshots of the folds, and its questions as packets. */
import { codecFor, messageByName, type Revision } from '../../../protocol/index.ts';
import type { Snapshotted } from '../snapshots.ts';
import type { Detector, Probe } from './finding.ts';

export function detectorSnapshots(detector: Detector): Snapshotted {
  return {
    kind: 'detect',
    snapshot: (key) => detector.snapshot(key),
    restore: (key, value) => detector.restore(key, value),
  };
}

const ROOM = new Uint8Array(256);

/** The packet that a probe is, in the terminal's revision; undefined where that has no such message. */
export function probePacket(
  probe: Probe,
  revision: Revision,
): { readonly id: number; readonly body: Uint8Array } | undefined {
  const id = messageByName(probe.type)?.id;
  const codec = id === undefined ? undefined : codecFor(id, revision);
  if (id === undefined || codec === undefined) return undefined;
  const end = codec.encode(probe.body, ROOM, 0);
  return { id, body: new Uint8Array(ROOM.subarray(0, end)) };
}
