/**
 * What a scenario does to a terminal once: found in the changes of a step, and carried out on the firmware, as an event
 * at the terminal or as a change of what it is.
 */
import { ALARM_BITS, type AlarmName, codecFor, IGNORE_QUIRKS, ProtocolError } from '../../protocol/index.ts';
import type { LocalEvent } from '../firmware/effects.ts';
import { papersFor } from '../firmware/identity.ts';
import type { ParameterValues } from '../firmware/parameters.ts';
import type { Terminal } from '../firmware/terminal.ts';
import type { Changes } from './form.ts';

/** Variables that are done at once and leave no lasting cause. */
export const DONE_ONCE: ReadonlySet<string> = new Set([
  'imei',
  'terminal_id',
  'fw',
  'phone',
  'params',
  'inject',
  'terminal',
  'replay_mode',
  'gnss_cold',
]);

/** What the names `A`, `B`, `ICCID_B` and `NEW` of a file stand for. */
export interface Names {
  readonly imei: Readonly<Record<string, string>>;
  readonly terminalId: Readonly<Record<string, string>>;
  readonly iccid: Readonly<Record<string, string>>;
  readonly phone: Readonly<Record<string, string>>;
}

/** Changes the terminal as `set` says and returns what happens at it besides, in order. */
export function perform(terminal: Terminal, set: Changes, names: Names): LocalEvent[] {
  const events: LocalEvent[] = [];
  const { device } = terminal;
  if (device === undefined) return events;
  if (set.backup_soc !== undefined) device.power.charge = set.backup_soc;
  if (set.replay_mode !== undefined) terminal.blind.order = set.replay_mode;
  if (set.odo_step_km !== undefined) device.mileage = Math.max(0, device.mileage + set.odo_step_km);
  if (set.params !== undefined) events.push({ what: 'parameters', params: namedParameters(set.params, terminal) });
  if (set.gnss_cold === true) events.push({ what: 'coldStart' });
  if (typeof set.inject === 'string') {
    const name = alarmOf(set.inject);
    if (name !== undefined) events.push({ what: 'alarm', name, on: true });
    if (Number(set.inject) === 0x0003) events.push({ what: 'deregister' });
  }
  rewrite(terminal, set, names);
  // Another number is dialled in with after a new start.
  if (set.terminal === 'reboot' || set.phone !== undefined) events.push({ what: 'reboot' });
  return events;
}

/** The alarm that an injection `alarm_bit29` raises. */
export function alarmOf(inject: string): AlarmName | undefined {
  const bit = Number(/^alarm_bit(\d+)$/.exec(inject)?.[1] ?? Number.NaN);
  return (Object.keys(ALARM_BITS) as AlarmName[]).find((name) => ALARM_BITS[name] === bit);
}

/** Another device, or one that was written over: it shows at the next login. */
function rewrite(terminal: Terminal, { imei, terminal_id: id, fw, phone }: Changes, names: Names): void {
  const papers = papersFor(terminal);
  if (imei !== undefined) papers.imei = names.imei[imei] ?? imei;
  if (id !== undefined) papers.terminalId = names.terminalId[id] ?? id;
  if (fw !== undefined) papers.software = fw;
  if (imei !== undefined || phone !== undefined) terminal.authCode = undefined;
  if (phone === undefined) return;
  const number = names.phone[phone] ?? phone;
  const identity = { ...terminal.identity, phone: number.padStart(terminal.identity.phone.length, '0') };
  Object.assign(terminal, { identity });
}

const SET_PARAMETERS = 0x8103;

/** Parameters by their names in the catalogue: what a 0x8103 with these ids says, whichever length the value has. */
function namedParameters(params: NonNullable<Changes['params']>, { identity }: Terminal): ParameterValues {
  const codec = codecFor(SET_PARAMETERS, identity.revision);
  const named: ParameterValues = {};
  for (const [id, value] of Object.entries(params)) {
    for (const octets of forms(value)) {
      const body = Uint8Array.of(1, 0, 0, Number(id) >> 8, Number(id) & 0xff, octets.length, ...octets);
      try {
        Object.assign(named, codec.decode(body, 0, body.length, IGNORE_QUIRKS).params);
        break;
      } catch (error) {
        if (!(error instanceof ProtocolError)) throw error;
      }
    }
  }
  return named;
}

function forms(value: number | string): Uint8Array[] {
  if (typeof value === 'string') return [new TextEncoder().encode(value)];
  const word = Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value);
  return [word, word.subarray(2), word.subarray(3)];
}
