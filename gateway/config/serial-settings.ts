/** Settings of serial lines. */
import { Type } from 'typebox';
import { cards, duration, ports } from './setting.ts';

const SECOND = 1000;

/** The section `serial`. */
export const SERIAL = Type.Object(
  {
    ports: ports(
      'Devices, each with its rate (`baud`), what is taken from it (`speaks`), and, for a receiver, whose positions it tells (`terminal`); see docs/serial.md. It takes one worker.',
      { absent: 'no serial lines' },
    ),
    cards: Type.Optional(
      cards('Terminals by the BeiDou cards that send their short messages.', {
        absent: 'none: what cards say is quarantined',
      }),
    ),
    every: duration(
      'Between two positions of a receiver that go into the journal. A fix that is lost or found, and an alarm, go at once.',
      { default: 10 * SECOND, min: 0, max: 3600 * SECOND },
    ),
  },
  { description: 'Serial lines: terminals, BeiDou receivers and short-message machines.' },
);
