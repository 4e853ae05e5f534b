import { describe, expect, test } from 'vitest';
import {
  decodeSentenceLine,
  type DecodedSentence,
  describeSentence,
  encodeSentence,
  type SentenceBody,
  type SentenceKind,
} from '../../../protocol/index.ts';
import { type Vector, vectors } from '../../support/vectors.ts';

/** What the sources call a thing → where we have it, and how they write it. */
type Fact = (body: Record<string, unknown>, decoded: DecodedSentence, part: number) => unknown;
const at =
  (name: string): Fact =>
  (body) =>
    body[name];
const satellite =
  (name: string): Fact =>
  (body, _, part) =>
    (body['satellites'] as Record<string, unknown>[])[part]?.[name];
const code =
  (codes: Record<string, unknown>, name: string): Fact =>
  (body) =>
    Object.entries(codes).find(([, each]) => each === body[name])?.[0];
const part =
  (pattern: RegExp, name: string): Fact =>
  (body) =>
    Number(pattern.exec(String(body[name] ?? ''))?.[1] ?? 0);

const QUALITY = { 0: 'none', 1: 'single', 2: 'differential', 5: 'rtkFloat' };
const MODES: Record<string, string> = { A: 'single', R: 'rtkFixed', N: 'none', D: 'differential' };
const letters = (body: Record<string, unknown>): string[] =>
  (body['modes'] as string[]).map((mode) => Object.keys(MODES).find((key) => MODES[key] === mode) ?? mode);
const clock: Fact = (body) => {
  const [time = '', ms = ''] = String(body['time'] ?? '')
    .slice(0, -1)
    .split('.');
  return `${time}.${ms.padEnd(3, '0')}`;
};
const seconds = /:(\d\d)(?:\.|Z)/;
const date: Fact = ({ date: day }) => {
  const [year, month, dayOfMonth] = String(day).split('-');
  return `${dayOfMonth}-${month}-${year?.slice(2)} (d-m-y)`;
};
const NAV = { S: 'safe', C: 'caution', V: 'notProvided' };

const GO: Record<string, Fact> = {
  Age: at('correctionAge'),
  Altitude: at('altitude'),
  Course: at('course'),
  DGPSAge: at('correctionAge'),
  DGPSId: at('station'),
  Date: date,
  'Date.DD': part(/-(\d\d)$/, 'date'),
  'Date.MM': part(/-(\d\d)-/, 'date'),
  'Date.Valid': ({ date: day }) => day !== undefined,
  'Date.YY': part(/^\d\d(\d\d)/, 'date'),
  FFAMode: code(MODES, 'mode'),
  FixQuality: code(QUALITY, 'quality'),
  FixType: code({ 1: 'none', 2: '2d', 3: '3d' }, 'fix'),
  HDOP: at('hdop'),
  Heading: at('heading'),
  'Info.Azimuth': satellite('azimuth'),
  'Info.Elevation': satellite('elevation'),
  'Info.SNR': satellite('cn0'),
  'Info.SVPRNNumber': satellite('id'),
  Latitude: at('latitude'),
  Longitude: at('longitude'),
  MessageNumber: at('number'),
  Mode: (body) =>
    body['modes'] === undefined ? code({ A: 'automatic', M: 'manual' }, 'selection')(body, null!, 0) : letters(body),
  NavStatus: (body) =>
    body['navigationalStatus'] === 'caution' ? 'NavStatusCaution' : code(NAV, 'navigationalStatus')(body, null!, 0),
  NumSatellites: at('satellites'),
  NumberSVsInView: at('inView'),
  PDOP: at('pdop'),
  SV: (body) => (body['satellites'] as number[]).map((id) => String(id).padStart(2, '0')),
  SVs: at('satellites'),
  Separation: at('geoidSeparation'),
  Speed: at('speedKnots'),
  Station: (body) => Number(body['station'] ?? 0),
  Status: (body) => `${String(body['status'])[0]!.toUpperCase()}${String(body['status']).slice(1)}THS`,
  SystemID: at('systemId'),
  Time: clock,
  'Time.Hour': part(/^(\d\d)/, 'time'),
  'Time.Minute': part(/:(\d\d):/, 'time'),
  'Time.Second': part(seconds, 'time'),
  'Time.Millisecond': part(/\.(\d+)/, 'time'),
  'Time.Valid': ({ time }) => time !== undefined,
  TotalMessages: at('total'),
  True: ({ heading }) => heading !== undefined,
  VDOP: at('vdop'),
  Validity: code({ A: 'valid', V: 'void' }, 'status'),
  Variation: at('variation'),
};

const kindOf: Fact = (_, { kind }) => kind;
const JS: Record<string, Fact> = {
  age: at('correctionAge'),
  alt: at('altitude'),
  biasFailedSat: at('bias'),
  diffAge: at('correctionAge'),
  diffStation: at('station'),
  ellipseMajor: at('majorAxis'),
  ellipseMinor: at('minorAxis'),
  ellipseOrientation: at('orientation'),
  errAlt: at('altitudeError'),
  errLat: at('latitudeError'),
  errLon: at('longitudeError'),
  faa: code({ autonomous: 'single', 'not valid': 'none' }, 'mode'),
  failedSat: at('satellite'),
  fix: code({ '3D': '3d' }, 'fix'),
  geoidal: at('geoidSeparation'),
  hdop: at('hdop'),
  heightError: at('altitudeError'),
  id: at('identifier'),
  index: at('number'),
  lat: at('latitude'),
  latitudeError: at('latitudeError'),
  lon: at('longitude'),
  longitudeError: at('longitudeError'),
  mode: (body, { kind }) =>
    kind === 'GSA' ? body['selection'] : kind === 'GNS' ? letters(body).join('') : body['mode'],
  msgNumber: at('number'),
  msgsTotal: at('total'),
  navStatus: code(NAV, 'navigationalStatus'),
  part: at('text'),
  pdop: at('pdop'),
  probFailedSat: at('probability'),
  quality: code({ fix: 'single', 'dgps-fix': 'differential', 'rtk-float': 'rtkFloat' }, 'quality'),
  res: at('residuals'),
  rms: at('rms'),
  satellites: at('satellites'),
  'satellites.azimuth': satellite('azimuth'),
  'satellites.elevation': satellite('elevation'),
  'satellites.key': (body, { talker }, i) => `${talker}${String(satellite('id')(body, null!, i))}`,
  'satellites.prn': satellite('id'),
  'satellites.snr': satellite('cn0'),
  'satellites.status': (body, _, i) => (satellite('cn0')(body, null!, i) === undefined ? 'in view' : 'tracking'),
  'satellites.system': (_, { talker }) => ({ GP: 'GPS', GA: 'Galileo', GB: 'BeiDou', GL: 'GLONASS' })[talker] ?? talker,
  satsInView: at('inView'),
  satsUsed: at('satellites'),
  sep: at('geoidSeparation'),
  signalId: at('signalId'),
  speed: at('speed'),
  stationID: (body) => (body['station'] === undefined ? undefined : Number(body['station'])),
  status: code({ active: 'valid', void: 'void' }, 'status'),
  stdFailedSat: at('deviation'),
  system: (body, { talker, kind }) =>
    kind === 'GSA'
      ? ({ 1: 'GPS', 4: 'BeiDou' }[body['systemId'] as number] ?? 'unknown')
      : ({ GP: 'GPS', GA: 'Galileo', GB: 'BeiDou', GL: 'GLONASS' }[talker] ?? talker),
  systemId: at('systemId'),
  time: (body, decoded) =>
    (body['date'] === undefined ? '' : `${String(body['date'])}T`) + `${String(clock(body, decoded, 0))}Z`,
  total: at('total'),
  track: at('course'),
  type: kindOf,
  valid: () => true,
  variation: at('variation'),
  vdop: at('vdop'),
};

const minmeaNumber = (value: unknown): unknown =>
  Array.isArray(value) ? Number(value[0]) / Number(value[1] || 1) : value;
const MINMEA: Record<string, Fact> = {
  msg_nr: at('number'),
  'sats.azimuth': satellite('azimuth'),
  'sats.elevation': satellite('elevation'),
  'sats.nr': satellite('id'),
  'sats.snr': satellite('cn0'),
  total_msgs: at('total'),
  total_sats: at('inView'),
};
const PY: Record<string, Fact> = {
  is_valid: () => 'True',
  sentence_type: (_, { id, talker }) => id.slice(talker.length),
  talker: (_, { talker }) => talker,
  residuals_mode: at('mode'),
  ...Object.fromEntries(
    [1, 2, 3, 4, 5, 6, 7].map((i): [string, Fact] => [
      `sv_res_0${i}`,
      (body) => (body['residuals'] as (number | null)[])[i - 1] ?? 'None',
    ]),
  ),
};
const TABLES: Record<string, Record<string, Fact>> = {
  'adrianmo/go-nmea': GO,
  'rawify/GPS.js': JS,
  'kosma/minmea': MINMEA,
  'Knio/pynmea2': PY,
};

/** Facts that are not ours, and why. */
const MISSES: readonly { readonly fact: RegExp; readonly why: string }[] = [
  { fact: /^gpsjs-5[01] age$/, why: 'GPS.js reads the check code as the age where the sentence is short of a field' },
  {
    fact: /^gpsjs-(56|57|58|60|61) (completed|message|rawMessages)$/,
    why: 'texts of several sentences are not joined',
  },
  { fact: /^gpsjs-61 part$/, why: 'the expectation has its backslashes escaped twice' },
  { fact: /^minmea-\S+ type$/, why: 'an expression of C, not a value' },
  {
    fact: /^pynmea2-test_(RTE|R00|MWV|XDR|ALR|HEV|MTA|MMB|STALK\S*) /,
    why: 'no sentence of a receiver: taken as fields without names',
  },
];

/** Absent is what the sources write as 0, an empty text, null, or [0, 0]. */
function same(ours: unknown, theirs: unknown, within: number): boolean {
  const value = minmeaNumber(theirs);
  if (typeof ours === 'number' && typeof value === 'number') return Math.abs(ours - value) <= within;
  if (ours === undefined || ours === '') return value === null || value === 0 || value === '' || value === undefined;
  if (Array.isArray(value) || Array.isArray(ours)) return JSON.stringify(ours) === JSON.stringify(theirs);
  return String(ours) === String(value);
}

interface Compared {
  readonly fact: string;
  readonly ours: unknown;
  readonly theirs: unknown;
  readonly known: boolean;
}

function compared(vector: Vector): readonly Compared[] {
  const decoded = decodeSentenceLine(vector.text!);
  if ('fault' in decoded) return [{ fact: `${vector.id} decodes`, ours: decoded.detail, theirs: true, known: true }];
  const table = TABLES[vector.source.split(' ')[0]!]!;
  const body = {
    ...decoded.body,
    ...('kind' in decoded && decoded.kind === 'RMC' ? describeSentence(decoded).body : {}),
  };
  return Object.entries(vector.expect)
    .filter(([name]) => !name.startsWith('minmea_check'))
    .map(([name, theirs]) => {
      const index = Number(/\[(\d+)\]/.exec(name)?.[1] ?? 0);
      const fact = table[name.replace(/\[\d+\]/, '')];
      return {
        fact: `${vector.id} ${name}`,
        ours: decoded.kind === null && fact === undefined ? undefined : fact?.(body, decoded, index),
        theirs,
        known: fact !== undefined,
      };
    });
}

const good = vectors({ protocol: 'nmea', kind: 'sentence' });

describe('sentences from the tests of other projects', () => {
  test('are all understood', () => {
    expect(good.filter(({ text }) => 'fault' in decodeSentenceLine(text!)).map(({ id }) => id)).toEqual([]);
    expect(good.length).toBe(92);
  });

  test('say what those projects read in them, but for the misses that are explained', () => {
    const facts = good.flatMap(compared);
    const missed = facts.filter(
      ({ fact, known, ours, theirs }) => !known || !same(ours, theirs, fact.endsWith(' speed') ? 5e-5 : 1e-9),
    );
    const unexplained = missed.filter(({ fact }) => !MISSES.some((miss) => miss.fact.test(fact)));
    expect(unexplained).toEqual([]);
    // Every explanation is needed.
    expect(MISSES.filter((miss) => !missed.some(({ fact }) => miss.fact.test(fact)))).toEqual([]);
    expect({ facts: facts.length, missed: missed.length }).toEqual({ facts: 869, missed: 45 });
  });

  test('are refused where those projects refuse them, with the reason of each', () => {
    const reasons = vectors({ protocol: 'nmea', kind: 'invalid' }).map(({ text, id }) => {
      const decoded = decodeSentenceLine(text!);
      return [id, 'fault' in decoded ? decoded.fault : 'understood'] as const;
    });
    expect(reasons.filter(([, reason]) => reason === 'understood')).toEqual([]);
    const tally = Object.groupBy(reasons, ([, reason]) => reason);
    expect(
      Object.entries(tally)
        .map(([reason, all]) => `${reason} ${all.length}`)
        .toSorted(),
    ).toEqual(['body 25', 'checksum 9', 'delimiter 1']);
  });

  test('without a check are taken where that is asked for', () => {
    const bare = vectors({ protocol: 'nmea', kind: 'sentence-nochecksum' });
    expect(bare.filter(({ text }) => !('fault' in decodeSentenceLine(text!)))).toEqual([]);
    const taken = bare.filter(({ text }) => !('fault' in decodeSentenceLine(text!, { unchecked: true })));
    expect(taken.map(({ msgId }) => msgId)).toEqual(['GNGBS', 'GPRMC', 'GPGLL']);
  });

  test('are written again as sentences of the same value', () => {
    let written = 0;
    for (const { text } of good) {
      const decoded = decodeSentenceLine(text!);
      if ('fault' in decoded || decoded.kind === null) continue;
      const octets = encodeSentence(decoded.kind, decoded.body as SentenceBody<SentenceKind>, decoded.talker);
      expect(decodeSentenceLine(Buffer.from(octets).toString('latin1'))).toEqual(decoded);
      written += 1;
    }
    expect(written).toBe(80);
  });
});
