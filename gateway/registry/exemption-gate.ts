/** The register of exemptions as the intake asks it. */
import type { Clock } from '../../protocol/index.ts';
import type { ExemptionGate } from '../intake/exempt-packets.ts';
import type { Registry } from './registry.ts';

/** `refused` hears of every message that is kept out. */
export function exemptionGate(registry: Registry, clock: Clock, refused: ExemptionGate['refused']): ExemptionGate {
  const { exemptions } = registry;
  return {
    get any() {
      return exemptions.size > 0;
    },
    get generation() {
      return registry.generation;
    },
    now: (terminal) => registry.exempt(terminal, clock.now()),
    vehicle: (plated) => exemptions.at(clock.now(), '', [plated]),
    // Some terminals tell local time as if it were another's: either reading may be meant.
    wasAt: (terminal, time) =>
      time === undefined
        ? registry.everExempt(terminal)
        : (registry.exempt(terminal, time) ?? registry.exempt(terminal, time + registry.quirks.timeOffset(terminal))),
    wasEver: (terminal) => registry.everExempt(terminal) !== undefined,
    refused,
  };
}
