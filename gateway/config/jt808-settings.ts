/** Settings of the terminals' side. */
import { Type } from 'typebox';
import { address, choice, count, duration, quirks, secret, size, terminals, text, toggle } from './setting.ts';
import { TLS_SETTINGS } from './tls.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const DAY = 24 * 60 * MINUTE;
const KIB = 1024;
const MIB = 1024 * KIB;

/** The section `jt808`. */
export const JT808 = Type.Object(
  {
    listen: address('Where terminals connect, TCP and UDP alike.', {
      default: { host: '127.0.0.1', port: 8808 },
      flag: 'jt808',
    }),
    tls: Type.Optional(
      Type.Object(
        {
          listen: address('Where terminals connect over TLS, beside `jt808.listen`.', {
            absent: 'no TLS',
          }),
          ...TLS_SETTINGS,
        },
        {
          description:
            'Terminals over TLS. One that shows a certificate made out to a terminal number speaks for that terminal alone.',
        },
      ),
    ),
    tcp: toggle('Take terminals over TCP.', { default: true }),
    udp: toggle('Take terminals over UDP.', { default: true }),
    enrolment: choice(
      'Who may register: any terminal (`open`), or those in `jt808.terminals` and those that the platform archived (`listed`).',
      ['open', 'listed'],
      {
        absent: '`open` while `jt808.listen` is a loopback address, else `listed`',
        flag: 'enrolment',
      },
    ),
    terminals: terminals(
      'Terminals that may register under `listed` beside archived ones: phone numbers, leading zeros do not matter.',
    ),
    identity: choice(
      'What becomes of a terminal that says another plate, colour, terminal id, IMEI or ICCID than the registry has: it is let in and noted (`note`), kept out (`refuse`), or not looked at (`off`).',
      ['off', 'note', 'refuse'],
      { default: 'note' },
    ),
    networks: text(
      'Networks that terminals come from, such as `10.8.0.0/16, fd12::/16`. One that logs in from elsewhere is let in, and is the event `foreignSource`.',
      {
        absent: 'anywhere',
        pattern: '^\\s*[0-9a-fA-F.:]+/[0-9]{1,3}\\s*(,\\s*[0-9a-fA-F.:]+/[0-9]{1,3}\\s*)*$',
        form: 'networks in CIDR form, separated by commas, such as 10.8.0.0/16',
      },
    ),
    wrongCodes: count(
      'Wrong authentication codes for one terminal after which their source is not heard for it, ten times as many for all terminals.',
      { default: 5, min: 1, max: 1000 },
    ),
    lockout: duration('How long that lasts, and how long wrong codes are remembered.', {
      default: 15 * MINUTE,
      min: SECOND,
      max: DAY,
    }),
    quirks: Type.Optional(
      quirks(
        'In which ways terminals differ from the standard, by phone, model or manufacturer, over what the gateway learns of them by itself; see docs/vendors.md.',
      ),
    ),
    rsaKey: Type.Optional(
      secret(
        'Private RSA key (PEM, 1024 bits) that opens bodies which terminals encrypted (bit 10). They learn the public one by the command `platformRsaPublicKey`.',
        { absent: 'none: encrypted bodies are kept as they came' },
      ),
    ),
    idleTimeout: duration(
      'A terminal that says nothing for so long is taken for gone and its link is closed. Give at least twice its heartbeat.',
      {
        default: 5 * MINUTE,
        min: 5 * SECOND,
        max: DAY,
      },
    ),
    authTimeout: duration('A link that has not authenticated within this time is closed.', {
      default: 30 * SECOND,
      min: SECOND,
      max: 10 * MINUTE,
    }),
    maxConnections: count('Links held at a time, UDP peers included; a further one is closed at once and counted.', {
      default: 60_000,
      min: 1,
      max: 1_000_000,
    }),
    maxUnproved: count(
      'Links of one source (an IPv4 address, an IPv6 /64) that have not authenticated; a further one is closed at once and counted.',
      { default: 15_000, min: 1, max: 1_000_000 },
    ),
    linksPerSecond: count(
      'New TCP links read in a second; further ones wait their turn, so that a fleet comes back spread out.',
      {
        default: 2000,
        min: 10,
        max: 100_000,
      },
    ),
    framesPerSecond: count(
      'Frames a second from one link, each KiB of anything at least one; two seconds’ worth at once, a tenth before it has authenticated, and ten times as many from all links of a source that have not. Over TCP more waits with the terminal, over UDP it is dropped.',
      { default: 500, min: 10, max: 100_000 },
    ),
    writeBacklog: size('Octets that may wait for one slow terminal; beyond it the link is closed.', {
      default: 64 * KIB,
      min: 4 * KIB,
      max: 16 * MIB,
    }),
  },
  { description: 'Terminals (JT/T 808).' },
);
