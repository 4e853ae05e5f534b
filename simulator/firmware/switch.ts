/** Off, and on again: what a command, a watchdog or an upgrade does to a terminal. */
import type { EpochMs } from '../../protocol/index.ts';
import type { Effect } from './effects.ts';
import { abandon } from './exchange.ts';
import { BOOT_MS, reboot } from './power.ts';
import type { Terminal } from './terminal.ts';

/** Starts anew: dark at once, back when it has booted. */
export function restart(terminal: Terminal, now: EpochMs, effects: Effect[]): void {
  goDark(terminal, effects);
  if (terminal.device !== undefined) reboot(terminal.device.power, now);
  terminal.powerAt = terminal.device?.power.readyAt ?? now + BOOT_MS;
}

/** Off until the supply comes anew; without a device, for good. */
export function switchOff(terminal: Terminal, effects: Effect[]): void {
  goDark(terminal, effects);
  if (terminal.device !== undefined) terminal.device.power.readyAt = Number.POSITIVE_INFINITY;
  terminal.powerAt = Number.POSITIVE_INFINITY;
}

/** Nobody is told. What waited for an answer goes back to memory, and memory is kept. */
export function goDark(terminal: Terminal, effects: Effect[]): void {
  if (terminal.phase !== 'waiting' && terminal.phase !== 'off') effects.push({ kind: 'hangUp', how: 'silent' });
  effects.push({ kind: 'note', what: 'powerLost' });
  abandon(terminal, effects);
  terminal.phase = 'off';
  terminal.joining = undefined;
  terminal.resting = false;
}
