/**
 * Every setting of the gateway, once: the loader, the flags, the environment names and the reference in
 * `docs/configuration.md` all come from here.
 */
import { type Static, Type } from 'typebox';
import { JT808 } from './jt808-settings.ts';
import { SERIAL } from './serial-settings.ts';
import { TLS_SETTINGS } from './tls.ts';
import { address, choice, count, duration, secret, size, text, toggle, url } from './setting.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const KIB = 1024;
const MIB = 1024 * KIB;
const GIB = 1024 * MIB;

const mqtt = Type.Object(
  {
    listen: address('Where the embedded broker listens. Not used where `mqtt.url` is given.', {
      default: { host: '127.0.0.1', port: 1883 },
      flag: 'mqtt',
    }),
    tls: Type.Optional(
      Type.Object(TLS_SETTINGS, { description: 'TLS of the embedded broker; it is needed beyond loopback.' }),
    ),
    url: url('An external broker instead of the embedded one; credentials may stand in the URL.', {
      schemes: ['mqtt', 'mqtts'],
      absent: 'the embedded broker',
      flag: 'mqtt-url',
    }),
    username: text('User at the external broker.', { absent: 'none' }),
    password: secret('Password at the external broker.', { absent: 'none' }),
    authToken: secret('Token with which an external broker asks whether a login or a topic is allowed, over HTTP.', {
      absent: 'nobody may ask',
    }),
    prefix: text('First levels of every topic.', {
      default: 'xingji/v1',
      pattern: '^[A-Za-z0-9_-]{1,32}(/[A-Za-z0-9_-]{1,32}){0,5}$',
      form: 'topic levels of letters, digits, - and _, such as xingji/v1',
    }),
    dialect: choice(
      'What is published of terminals and taken for them: our contract, or the topics and JSON of EMQX’s JT/T 808 gateway.',
      ['native', 'emqx'],
      { default: 'native' },
    ),
    maxPacket: size(
      'Largest packet that the embedded broker takes from a client; the client that sends more is disconnected.',
      {
        default: 256 * KIB,
        min: 4 * KIB,
        max: 16 * MIB,
      },
    ),
    maxClients: count('Clients of the embedded broker at a time; a further one is refused.', {
      default: 1000,
      min: 1,
      max: 100_000,
    }),
    maxInFlight: count('Publishes under way to the broker without its acknowledgement.', {
      default: 2000,
      min: 1,
      max: 65_535,
    }),
  },
  { description: 'Platforms (MQTT).' },
);

const influx = Type.Object(
  {
    url: url('Server to write to; no `influx` setting at all means no time series outlet.', {
      schemes: ['http', 'https'],
      absent: 'no time series outlet',
      flag: 'influx-url',
    }),
    api: choice('Write API: `v2` for InfluxDB 2 and 3 and VictoriaMetrics, `v1` for InfluxDB 1.', ['v2', 'v1'], {
      default: 'v2',
      flag: 'influx-api',
    }),
    org: text('Organisation (v2).', { default: 'xingji', flag: 'influx-org' }),
    bucket: text('Bucket (v2).', { default: 'xingji', flag: 'influx-bucket' }),
    database: text('Database (v1).', { absent: 'the same as `influx.bucket`' }),
    token: secret('API token (v2).', { absent: 'none', flag: 'influx-token' }),
    username: text('User (v1).', { absent: 'none' }),
    password: secret('Password (v1).', { absent: 'none' }),
    timeout: duration('A write that is not answered in this time has failed and is tried again.', {
      default: 10 * SECOND,
      min: 100,
      max: 5 * MINUTE,
    }),
  },
  { description: 'Time series (InfluxDB, VictoriaMetrics).' },
);

const http = Type.Object(
  {
    listen: address('Where the HTTP API, the status page and the metrics are.', {
      default: { host: '127.0.0.1', port: 8080 },
      flag: 'http',
    }),
    tls: Type.Optional(
      Type.Object(TLS_SETTINGS, { description: 'TLS of the HTTP server; it is needed beyond loopback.' }),
    ),
    insecure: toggle(
      'Plain HTTP beyond loopback, where a proxy in front of it terminates TLS and nobody else reaches it.',
      { default: false },
    ),
    sessionIdle: duration('A browser session under which nothing was asked for so long is over.', {
      default: HOUR,
      min: MINUTE,
      max: DAY,
    }),
    sessionLifetime: duration('A browser session that began so long ago is over, whatever was asked.', {
      default: 12 * HOUR,
      min: MINUTE,
      max: 7 * DAY,
    }),
    bodyLimit: size('Largest request body; a larger one is answered 413.', {
      default: 64 * KIB,
      min: KIB,
      max: 64 * MIB,
    }),
    maxConnections: count('Connections at a time; further ones are closed at once.', {
      default: 1000,
      min: 16,
      max: 100_000,
    }),
    accountRate: count('Requests a second of an account, five times as many at once; beyond it the answer is 429.', {
      default: 500,
      min: 1,
      max: 1_000_000,
    }),
    sourceRate: count('Requests a second of an address, five times as many at once; beyond it the answer is 429.', {
      default: 1000,
      min: 1,
      max: 1_000_000,
    }),
    loginRate: count(
      'Logins a minute of an address, requests with a token that opens nothing among them; beyond it logins are answered 429.',
      { default: 60, min: 1, max: 100_000 },
    ),
    maxStreams: count('Live streams (SSE) at a time; a further one is answered 503.', {
      default: 64,
      min: 1,
      max: 10_000,
    }),
    streamBacklog: size('Octets that may wait for one slow reader of the live stream; beyond it the stream is ended.', {
      default: MIB,
      min: 16 * KIB,
      max: 64 * MIB,
    }),
  },
  { description: 'HTTP.' },
);

const journal = Type.Object(
  {
    maxPending: size(
      'Octets that may wait for the disk; beyond it nothing more is taken until it catches up, and terminals keep their data.',
      {
        default: 8 * MIB,
        min: MIB,
        max: GIB,
      },
    ),
    maxBatch: size('Largest batch that one commit writes.', { default: MIB, min: 64 * KIB, max: 64 * MIB }),
    recent: size('Most memory for the batches of the last ten seconds, so that live readers do not read the disk.', {
      default: 16 * MIB,
      min: MIB,
      max: GIB,
    }),
    retain: duration('Records that every outlet has and that are older than this are removed.', {
      default: 30 * DAY,
      min: MINUTE,
      max: 3650 * DAY,
    }),
    retainSize: size('Records that every outlet has are removed, oldest first, beyond this size.', {
      default: 20 * GIB,
      min: 16 * MIB,
      max: 1024 * 1024 * GIB,
    }),
    retainPastOutlets: toggle(
      'Age and size go for records that an outlet has not had as well: they are lost to it, which the log and the metrics say.',
      { default: false },
    ),
  },
  { description: 'The journal.' },
);

const attachments = Type.Object(
  {
    listen: address('Where terminals send the evidence of active-safety alarms; 0x9208 tells them.', {
      absent: 'no attachments are taken',
    }),
    maxFiles: count('Files of one alarm; an alarm with more is refused.', { default: 32, min: 1, max: 255 }),
    maxFileSize: size('Largest file; a larger one is refused.', { default: 64 * MIB, min: KIB, max: 4 * GIB - MIB }),
    maxTotalSize: size('All evidence together; what exceeds it is refused until older evidence is removed.', {
      default: 50 * GIB,
      min: MIB,
      max: 1024 * 1024 * GIB,
    }),
    retain: duration('Evidence that nothing was added to for so long is removed.', {
      default: 180 * DAY,
      min: MINUTE,
      max: 3650 * DAY,
    }),
    maxConnections: count('Links held at a time; a further one is closed at once.', {
      default: 256,
      min: 1,
      max: 100_000,
    }),
    idleTimeout: duration('A link on which nothing comes for so long is closed.', {
      default: MINUTE,
      min: SECOND,
      max: HOUR,
    }),
  },
  { description: 'Evidence of active-safety alarms, in `<data>/attachments`.' },
);

const parts = Type.Object(
  {
    askAfter: duration('After how long without a new part the missing ones are asked for, and again.', {
      default: 10 * SECOND,
      min: SECOND,
      max: 10 * MINUTE,
    }),
    asks: count('How often they are asked for; anew whenever the terminal has been away.', {
      default: 3,
      min: 0,
      max: 100,
    }),
    giveUpAfter: duration(
      'A message is given up when no new part came for so long. Time in which no gateway ran does not count.',
      { default: HOUR, min: 10 * SECOND, max: 7 * DAY },
    ),
    memory: size('Memory for parts of unfinished messages; beyond it they are read from the journal again.', {
      default: 64 * MIB,
      min: 8 * MIB,
      max: 16 * GIB,
    }),
    maxStored: size('Unfinished messages in all; a part beyond it is not taken, and the terminal keeps it.', {
      default: GIB,
      min: 16 * MIB,
      max: 1024 * GIB,
    }),
  },
  { description: 'Messages in parts (sub-packages).' },
);

const events = Type.Object(
  {
    retain: duration('Events that are over for so long are removed, with the frames that they rest on.', {
      default: 1095 * DAY,
      min: DAY,
      max: 36_500 * DAY,
    }),
    probes: toggle(
      'Terminals are asked for their place, properties and parameters, or to report more often for ten minutes (0x8201, 0x8107, 0x8106, 0x8202), where that tells an act from a fault, at most six times an hour each.',
      { default: true },
    ),
  },
  { description: 'Events and their evidence, in `<data>/events`.' },
);

const media = Type.Object(
  {
    acknowledgeParts: toggle(
      'Answer every part of a picture (0x0801) with 0x8001 when it is on disk, beside the 0x8800 for the whole; off for terminals that want that alone.',
      { default: true },
    ),
    complete: choice(
      "0x8800 for a picture that is complete: as the terminal's revision has it (`revision`), or always with a count of 0 (`count`), which some terminals want.",
      ['revision', 'count'],
      { default: 'revision' },
    ),
    retain: duration('Days of pictures, sound and video that are over for so long are removed.', {
      default: 90 * DAY,
      min: DAY,
      max: 3650 * DAY,
    }),
    retainSize: size('The oldest days are removed beyond this size.', {
      default: 20 * GIB,
      min: 16 * MIB,
      max: 1024 * 1024 * GIB,
    }),
  },
  { description: 'Pictures, sound and video of terminals, in `<data>/media`.' },
);

const commands = Type.Object(
  {
    approval: choice(
      'Which commands are not sent before a second person lets them through: `none`, those that can do harm (`dangerous`), or `all`; see docs/commands.md.',
      ['none', 'dangerous', 'all'],
      { absent: '`none` while `jt808.listen` is a loopback address, else `dangerous`' },
    ),
    replyTimeout: duration(
      'How long a terminal has for its first answer; each repetition waits longer, by the rule of the standard.',
      { default: 10 * SECOND, min: SECOND, max: 5 * MINUTE },
    ),
    retries: count('How often a command that is not answered is sent again.', { default: 3, min: 0, max: 10 }),
  },
  { description: 'Commands to terminals.' },
);

/** The tree of settings. */
export const CONFIG = Type.Object({
  node: text('Name of this gateway in topics and ids. Two gateways of one platform need two names.', {
    default: 'gateway-1',
    pattern: '^[A-Za-z0-9_-]{1,32}$',
    form: '1 to 32 letters, digits, - or _',
  }),
  data: text('Folder of the journal, the tracks and the accounts; made when missing.', {
    default: './data',
    flag: 'data',
  }),
  workers: count(
    'Processes that share the terminals, each with a journal and outlets of its own; with more than one a further process leads. See docs/operations.md.',
    {
      absent: 'one where the machine has one or two processors, else as many as it has',
      min: 1,
      max: 64,
      flag: 'workers',
    },
  ),
  jt808: JT808,
  serial: Type.Optional(SERIAL),
  mqtt,
  influx: Type.Optional(influx),
  attachments: Type.Optional(attachments),
  http,
  journal,
  parts,
  media,
  events,
  commands,
  log: Type.Object(
    {
      level: choice(
        'Least severe entry that is logged.',
        ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'],
        {
          default: 'info',
          flag: 'log-level',
        },
      ),
    },
    { description: 'Logs: JSON lines on stderr.' },
  ),
});

type Tree = Static<typeof CONFIG>;
type Maybe<T, K extends keyof T> = Omit<T, K> & { [P in K]?: T[P] | undefined };

/** A complete, checked configuration. Times are milliseconds, sizes octets; URLs hold no credentials. */
export type Config = Omit<Tree, 'mqtt' | 'influx' | 'jt808'> & {
  readonly jt808: Maybe<Tree['jt808'], 'networks'>;
  readonly mqtt: Maybe<Tree['mqtt'], 'url' | 'username' | 'password' | 'authToken'>;
  readonly influx?: Maybe<NonNullable<Tree['influx']>, 'token' | 'username' | 'password'>;
};
