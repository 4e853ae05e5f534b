/** How a terminal behaves: its factory settings. */

export interface FirmwareSettings {
  /** Between location reports (parameter 0x0029). */
  readonly reportMs: number;
  /** Silence after which a heartbeat is sent (parameter 0x0001). */
  readonly heartbeatMs: number;
  /** First wait for an answer (parameter 0x0002); later ones grow by the standard's rule. */
  readonly replyTimeoutMs: number;
  /** Times that an unanswered message is sent again before the link is given up (parameter 0x0003). */
  readonly retries: number;
  /** Reports that may wait for their answer at once; further ones wait in the memory for blind areas. */
  readonly window: number;
  /** Reports that go together as one 0x0704 of type 0 while there is a session; 1: each goes by itself. */
  readonly batch: number;
  /** Servers that it can call: the main one, and those after it when that does not answer. */
  readonly servers: number;
  /** Reports that the memory for blind areas holds; beyond, the oldest is dropped and counted. */
  readonly blindDepth: number;
  readonly dialTimeoutMs: number;
  /** First pause before dialling again; doubled with every failure up to `redialMaxMs`. */
  readonly redialMs: number;
  readonly redialMaxMs: number;
  /** How far terminals spread their pauses, 0 to 1: 1 from half to one and a half of a pause, 0 all alike. */
  readonly redialJitter: number;
  /** Pause after the platform refused the registration. */
  readonly registerAgainMs: number;
  /** First pause after the platform said that it cannot store reports; doubled up to `refusedMaxMs`. */
  readonly refusedMs: number;
  readonly refusedMaxMs: number;
}

/** What a terminal is set to before a platform sets it otherwise. */
export const FACTORY_SETTINGS: FirmwareSettings = {
  reportMs: 10_000,
  heartbeatMs: 30_000,
  replyTimeoutMs: 5000,
  retries: 3,
  window: 8,
  batch: 1,
  servers: 1,
  blindDepth: 10_000,
  dialTimeoutMs: 10_000,
  redialMs: 1000,
  redialMaxMs: 60_000,
  redialJitter: 1,
  registerAgainMs: 30_000,
  refusedMs: 1000,
  refusedMaxMs: 30_000,
};
