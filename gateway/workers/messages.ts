/** What primary and workers tell each other. Octets travel as they are: the channel clones structures. */
import type { Config } from '../config/schema.ts';
import type { DatagramSource } from '../intake/udp.ts';
import type { CallMessage } from './calls.ts';

/** Ports of the gateway whose links are led to workers. */
export type LinkPort = 'terminals' | 'attachments';

/** A worker's place in the gateway. */
export interface SeatPlan {
  /** From 0. Worker 0 also hears what platforms send down. */
  readonly worker: number;
  /** Workers that own terminals; one from there on only serves what is left in its partition. */
  readonly workers: number;
  /** Data folder of the gateway: accounts and the registry are there, for all. */
  readonly root: string;
  /** As this worker needs it: `data` is its partition, bounds are its share. */
  readonly config: Config;
  /** Where its door is, for links that the primary relays. */
  readonly door: string;
  /** Where the embedded broker is, which the primary has; missing: each worker connects to an external one. */
  readonly broker?: { readonly url: string; readonly address: string };
  /** What the front of the API says of certificates is believed with this alone: others on this machine can connect too. */
  readonly frontSecret: string;
}

/** A datagram and its peer, whichever way it goes. */
export interface Datagram extends DatagramSource {
  readonly octets: Uint8Array;
}

export type ToWorker =
  | CallMessage
  | { readonly kind: 'start'; readonly plan: SeatPlan }
  /** A socket comes with it: a link, and what was read of it. */
  | { readonly kind: 'link'; readonly octets: Uint8Array; readonly port: LinkPort }
  | { readonly kind: 'datagrams'; readonly datagrams: readonly Datagram[] }
  | { readonly kind: 'stop' };

export type FromWorker =
  | CallMessage
  /** Everything runs; `http` is where its API listens. */
  | { readonly kind: 'ready'; readonly http: string }
  | { readonly kind: 'refused'; readonly name: string; readonly message: string; readonly code: string | undefined }
  | { readonly kind: 'datagrams'; readonly datagrams: readonly Datagram[] };
