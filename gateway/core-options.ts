/** From the configuration to what the core wants to know. */
import { rsaBodyCipher } from '../protocol/index.ts';
import type { Config } from './config/schema.ts';
import type { CoreOptions } from './core-parts.ts';
import { nodeRsa } from './crypto/node-rsa.ts';
import { VERSION } from './version.ts';

export function coreOptions(config: Config): CoreOptions {
  const listed = new Set(config.jt808.terminals.map((terminal) => terminal.replace(/^0+(?=.)/, '')));
  return {
    version: VERSION,
    maxConnections: config.jt808.maxConnections,
    authTimeoutMs: config.jt808.authTimeout,
    idleTimeoutMs: config.jt808.idleTimeout,
    maxWriteBacklog: config.jt808.writeBacklog,
    admission: {
      unprovedPerSource: config.jt808.maxUnproved,
      linksPerSecond: config.jt808.linksPerSecond,
      framesPerSecond: config.jt808.framesPerSecond,
      // Links wait well before the journal has to refuse what they sent.
      lagBytes: config.journal.maxPending / 2,
    },
    mayEnrol: (terminal) => config.jt808.enrolment === 'open' || listed.has(terminal),
    identity: config.jt808.identity,
    lockout: { wrongCodes: config.jt808.wrongCodes, lockMs: config.jt808.lockout },
    acknowledgeResponses: true,
    ...(config.jt808.rsaKey === undefined ? {} : rsaWith(config.jt808.rsaKey)),
    ...(config.jt808.quirks === undefined ? {} : { quirks: config.jt808.quirks }),
    commandRetry: { timeoutMs: config.commands.replyTimeout, retries: config.commands.retries },
    commandApproval: config.commands.approval,
    parts: {
      askAfterMs: config.parts.askAfter,
      asks: config.parts.asks,
      giveUpAfterMs: config.parts.giveUpAfter,
      memoryBytes: config.parts.memory,
      storedBytes: config.parts.maxStored,
      completeForm: config.media.complete,
    },
    media: { retainMs: config.media.retain, retainBytes: config.media.retainSize },
    acknowledgeMediaParts: config.media.acknowledgeParts,
    probes: config.events.probes,
  };
}

/** Bit 10 of the properties. */
const RSA = 1;

/** Opens what terminals encrypt for our key, and encrypts for theirs. */
function rsaWith(rsaKey: string): Pick<CoreOptions, 'ciphers' | 'sealer'> {
  return {
    ciphers: { [RSA]: rsaBodyCipher(nodeRsa(rsaKey)) },
    sealer: (encryption, key) => (encryption === RSA ? rsaBodyCipher(nodeRsa(rsaKey, key)) : undefined),
  };
}
