/** What outlet and inlet need of MQTT, whether the broker is embedded or elsewhere. */
import type { DeliveryError } from '../outlet.ts';
import type { Account } from './acl.ts';

/** What is published. */
export interface Publication {
  readonly topic: string;
  readonly payload: string;
  readonly retain: boolean;
  /** Given back with an answer to whoever asked, in MQTT 5. */
  readonly correlation?: Buffer;
}

/** Told once of a publish: nothing where the broker has taken it (PUBACK), else what became of it (retry). */
export type Settled = (fault?: DeliveryError) => void;

/** Publishes at QoS 1. */
export interface Publisher {
  readonly connected: boolean;
  /**
   * Publishes go out in the order of the calls. `settled` has a fault when the connection is not there, breaks, or is closed before
   * the confirmation; it may be called before `publish` returns.
   */
  publish(publication: Publication, settled: Settled): void;
  /**
   * Publishes an answer to where the sender of a command wants it: once, and to nobody where there is no connection. Not
   * there where the broker speaks no MQTT 5.
   */
  respond?(to: ResponseAddress, payload: string): void;
  /** True while nobody would hear what is not retained: an embedded broker without clients. What is published then is taken at once. */
  readonly deaf?: boolean;
  /** Breaks the connection so that it is made anew: for a broker that confirms nothing. */
  reset(reason: string): void;
  /** Calls at once when connected, and after every reconnection. One listener a caller; returns how to stop it. */
  onConnected(listener: () => void): () => void;
}

/** Where whoever asked wants the answers, as MQTT 5 has it. */
export interface ResponseAddress {
  readonly topic: string;
  /** Given back with each answer, base64. */
  readonly correlation?: string;
}

/** A message that came in. `payload` is the receiver's. */
export interface Received {
  readonly topic: string;
  readonly payload: Uint8Array;
  /** Sent from the broker's store on subscription rather than just now. */
  readonly retain: boolean;
  /** Who published it, where the broker is ours; null where only the broker knows. */
  readonly account: Account | null;
  /** Where the sender wants answers; only MQTT 5 can say so. */
  readonly response?: ResponseAddress;
}

/** Takes messages in. */
export interface Subscriber {
  /**
   * Hands over what matches a filter, from now on and after every reconnection. The sender's PUBACK waits for `receive` to
   * settle; a rejection counts as taken, so `receive` answers for itself. One subscription a channel: a later one replaces it.
   */
  subscribe(filters: readonly string[], receive: (message: Received) => Promise<void>): void;
}

/** Both ways. */
export interface MqttChannel extends Publisher, Subscriber {}
