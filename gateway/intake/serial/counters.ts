/** Counts of one port as plain numbers, for the metrics page. */
export type LineSpeech = 'jt808' | 'nmea' | 'rdss' | 'rdss-binary';

/** What a port has heard and said. */
export class LineCounters {
  readonly path: string;
  up = false;
  /** Bits a second; 0 while the port is not open. */
  baud = 0;
  octets = 0;
  sent = 0;
  /** Octets that were part of nothing. */
  noise = 0;
  opened = 0;
  /** Times that the rate was changed in search of one. */
  rates = 0;
  readonly units: Record<LineSpeech, number> = { jt808: 0, nmea: 0, rdss: 0, 'rdss-binary': 0 };
  /** Units with a wrong check, or fields that are not of their form. */
  readonly damaged: Record<LineSpeech, number> = { jt808: 0, nmea: 0, rdss: 0, 'rdss-binary': 0 };
  /** Units of a kind that this port was told not to take. */
  unexpected = 0;
  /** Positions of receivers and short messages that went into the journal. */
  positions = 0;
  /** Messages of cards that belong to no terminal. */
  unknownCards = 0;
  readonly shortMessages: Record<'sent' | 'refused' | 'expired', number> = { sent: 0, refused: 0, expired: 0 };

  constructor(path: string) {
    this.path = path;
  }
}
