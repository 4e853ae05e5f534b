/** The detector and the events over it, put together for the core. */
import { Judging, type JudgingParts } from './events/judging.ts';
import { createDetector } from './fold/detect/detector.ts';
import { detectorSnapshots, probePacket } from './fold/detect/fold.ts';
import type { Snapshotted } from './fold/snapshots.ts';
import type { Registry } from './registry/registry.ts';
import type { Slots } from './intake/slots.ts';

export interface JudgeParts extends Omit<JudgingParts, 'detector' | 'probe' | 'identity' | 'changed'> {
  readonly registry: Registry;
  readonly slots: Slots;
  /** Hears of every key whose snapshot differs now. */
  readonly changed: (kind: 'detect' | 'event', key: string) => void;
  /** False: nothing is found, but alarms of terminals are events still. */
  readonly detect: boolean;
  /** Whether terminals are asked what would settle something. */
  readonly probes: boolean;
}

/** What judges, and what of it is kept across restarts. */
export function createJudging(parts: JudgeParts): { judging: Judging; kept: readonly Snapshotted[] } {
  const { registry, slots, changed, detect, probes, ...rest } = parts;
  const detector = createDetector({
    reader: rest.reader,
    vendor: (terminal) => registry.quirks.vendor(terminal),
    changed: (key) => changed('detect', key),
  });
  const judging = new Judging({
    ...rest,
    ...(detect ? { detector } : {}),
    identity: (terminal) => registry.identity(terminal),
    changed: (terminal) => changed('event', terminal),
    probe(probe) {
      const connection = probes ? slots.get(probe.terminal)?.connection : undefined;
      const packet = connection === undefined ? undefined : probePacket(probe, connection.session.revision);
      if (packet !== undefined) connection!.out.send(packet.id, connection!.out.nextSerial(), packet.body);
    },
  });
  return { judging, kept: [judging.events, detectorSnapshots(detector)] };
}
