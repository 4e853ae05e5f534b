/**
 * Which commands can do harm, and which of them need a second person.
 *
 * What a body holds is looked up in its octets: by whatever name a parameter came, its id stands there.
 */
import type { BodyOf, Message } from '../../protocol/index.ts';

export const APPROVALS = ['none', 'dangerous', 'all'] as const;
/** Which commands are not sent before a second person lets them through. */
export type ApprovalPolicy = (typeof APPROVALS)[number];

/** Messages that act on the vehicle, on who may reach the terminal, or on what runs in it. */
const DANGEROUS: ReadonlySet<string> = new Set([
  'vehicleControl',
  'terminalControl',
  'deliverUpgradePackage',
  'platformRsaPublicKey',
  // Octets for whatever hangs on the terminal: relays, engine locks.
  'downlinkTransparentData',
  // What is written into a driving recorder: its clock, its pulses, its vehicle.
  'drivingRecorderParameterCommand',
]);

/** Parameters by which a terminal is led away, listened through, or given another identity or mileage; first and last id. */
const DANGEROUS_PARAMETERS: readonly (readonly [first: number, last: number])[] = [
  // Access points, servers, and their ports.
  [0x0010, 0x001d],
  [0x0023, 0x0026],
  // Phone numbers that may reset it, command it by SMS, and listen.
  [0x0040, 0x0049],
  // Odometer, division, plate.
  [0x0080, 0x0084],
  // Users' own: anybody's guess. Those of active safety lie in between.
  [0xf000, 0xf363],
  [0xf368, 0xffff_ffff],
];

/** Texts that terminals take for orders: `<SPBSJ*P:…>`, `*HQ,…#`, `RELAY,1#`. */
const ORDER_IN_TEXT = /^\s*[<*#$@]|#\s*$/;

/** Why a command can do harm; undefined where it does none. `value` and `octets` are its body. */
export function dangerOf({ name }: Message, value: unknown, octets: Uint8Array): string | undefined {
  if (DANGEROUS.has(name)) return name;
  if (name === 'setTerminalParameters') {
    const id = parameterIds(octets).find((one) => DANGEROUS_PARAMETERS.some(([from, to]) => one >= from && one <= to));
    return id === undefined ? undefined : `parameter 0x${id.toString(16).toUpperCase().padStart(4, '0')}`;
  }
  if (name === 'textMessage')
    return ORDER_IN_TEXT.test((value as BodyOf<typeof name>).text) ? 'a text in the form of an order' : undefined;
  if (name === 'phoneCallback') return (value as BodyOf<typeof name>).flag === 'listenIn' ? 'listening in' : undefined;
  if (name === 'audioRecordingStart')
    return (value as BodyOf<typeof name>).command === 'start' ? 'recording sound' : undefined;
  return undefined;
}

/** Ids in a 0x8103: a count, then id, length and value of each. JT/T 808-2019 8.8. */
function parameterIds(octets: Uint8Array): number[] {
  const ids: number[] = [];
  const view = new DataView(octets.buffer, octets.byteOffset, octets.length);
  for (let at = 1; at + 5 <= octets.length; at += 5 + octets[at + 4]!) ids.push(view.getUint32(at));
  return ids;
}

/** Whether a command waits for a second person. */
export function needsApproval(policy: ApprovalPolicy, danger: string | undefined): boolean {
  return policy === 'all' || (policy === 'dangerous' && danger !== undefined);
}
