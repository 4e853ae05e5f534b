/** What everything that comes in over MQTT passes: bounds on size and number, JSON, a schema, and an answer to what is refused. */
import type { Check } from '../contract/validate.ts';
import { type BridgeCode, InletRefusal } from '../errors.ts';
import type { MqttChannel, ResponseAddress } from './channel.ts';

export interface DoorOptions {
  readonly channel: MqttChannel;
  /** Octets of a payload; larger ones are refused unread. */
  readonly maxPayloadBytes: number;
  /** Payloads being taken in at once; further ones are refused as busy. */
  readonly maxPending: number;
  /** Told of a fault of ours in taking something in; the sender is answered too. */
  readonly onFault?: (error: unknown) => void;
}

export interface Door {
  size(payload: Uint8Array, code: BridgeCode): void;
  parse(payload: Uint8Array, code: BridgeCode): unknown;
  demand(check: Check, value: unknown, code: BridgeCode): void;
  /** The `id` of a payload, as far as it has one. */
  idOf(value: unknown): string;
  /** Does work that counts among what is being taken in. */
  busy<T>(work: () => Promise<T>): Promise<T>;
  /** The sender's reason, or for a fault of ours that there was one: what exactly is not for the outside. */
  refusalOf(error: unknown, code: BridgeCode): { readonly code: string; readonly reason: string };
  /** Publishes an answer that nobody here waits for: a broker that is gone takes its senders with it. */
  answer(topic: string, payload: object, response?: ResponseAddress): void;
}

const decoder = new TextDecoder('utf-8', { fatal: true });
const MAX_ID = 128;

export function createDoor({ channel, maxPayloadBytes, maxPending, onFault }: DoorOptions): Door {
  let pending = 0;
  return {
    size(payload, code) {
      if (payload.length > maxPayloadBytes) {
        throw new InletRefusal(code, `payload: is ${payload.length} octets, expected at most ${maxPayloadBytes}`);
      }
      if (pending >= maxPending) throw new InletRefusal('INLET_BUSY', 'too much is being taken in at once');
    },
    parse(payload, code) {
      try {
        return JSON.parse(decoder.decode(payload)) as unknown;
      } catch {
        throw new InletRefusal(code, 'payload: is not JSON in UTF-8');
      }
    },
    demand(check, value, code) {
      const faults = check(value);
      if (faults.length > 0) throw new InletRefusal(code, faults.join('; '));
    },
    idOf(value) {
      const id: unknown = typeof value === 'object' && value !== null && 'id' in value ? value.id : undefined;
      return typeof id === 'string' ? id.slice(0, MAX_ID) : '';
    },
    async busy(work) {
      pending++;
      try {
        return await work();
      } finally {
        pending--;
      }
    },
    refusalOf(error, code) {
      if (error instanceof InletRefusal) return { code: error.code, reason: error.message };
      onFault?.(error);
      return { code, reason: 'the gateway could not take it' };
    },
    answer(topic, payload, response) {
      const text = JSON.stringify(payload);
      channel.publish({ topic, payload: text, retain: false }, () => undefined);
      if (response !== undefined) channel.respond?.(response, text);
    },
  };
}
