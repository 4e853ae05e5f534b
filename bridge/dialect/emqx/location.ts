/** A position and its additional items in EMQX's JSON. */
import { type Revision, ProtocolError } from '../../../protocol/index.ts';
import {
  all,
  base64,
  byte,
  digits,
  dword,
  type Fields,
  fromBase64,
  type Layout,
  objectIn,
  only,
  word,
  wrong,
  writeLength,
} from './layout.ts';
import { Reader, Writer } from './octets.ts';

const POSITION = all(
  dword('alarm'),
  dword('status'),
  dword('latitude'),
  dword('longitude'),
  word('altitude'),
  word('speed'),
  word('direction'),
  digits('time', 6),
);

/** Bits by name, the highest first: so EMQX reads them, although the standard counts them from the lowest. */
function bits(size: number, names: readonly string[]): Layout {
  const weight = (i: number): number => 2 ** (8 * size - 1 - i);
  return {
    read(from, into) {
      const value = from.number(size);
      for (const [i, name] of names.entries()) into[name] = Math.floor(value / weight(i)) % 2;
    },
    write(given, to, path) {
      let value = 0;
      for (const [i, name] of names.entries()) {
        const bit = given[name] ?? 0;
        if (bit !== 0 && bit !== 1) wrong(`${path}.${name}`, '0 or 1');
        value += bit * weight(i);
      }
      to.number(value, size);
    },
  };
}

interface Extra {
  readonly id: number;
  readonly name: string;
  /** Octets of the item, where only some are taken for it. */
  readonly lengths: readonly number[];
  readonly since?: 2019;
  readonly layout: Layout;
  /** The item is the one value of its layout and not an object. */
  readonly bare?: true;
}

/** The last name is misspelt in the form that platforms know. */
const SIGNALS =
  'low_beam high_beam right_turn left_turn brake reverse fog side_marker horn air_conditioner neutral retarder abs heater cluth'.split(
    ' ',
  );

const CELSIUS: Layout = {
  read(from, into) {
    const value = from.number(2);
    into['carriage_temp'] = value < 0x8000 ? value : value - 0x1_0000;
  },
  write(given, to, path) {
    const value = given['carriage_temp'];
    if (!Number.isInteger(value) || Math.abs(value as number) > 0x7fff)
      wrong(`${path}.carriage_temp`, 'a whole number from -32767 to 32767');
    to.number(((value as number) + 0x1_0000) % 0x1_0000, 2);
  },
};

const TYRES: Layout = {
  read: (from, into) => void (into['tire_pressure'] = base64(from.rest())),
  write: (given, to, path) => to.octets(fromBase64(given['tire_pressure'], `${path}.tire_pressure`)),
};

const EXTRAS: readonly Extra[] = [
  { id: 0x01, name: 'mileage', lengths: [4], layout: dword('mileage'), bare: true },
  { id: 0x02, name: 'fuel_meter', lengths: [2], layout: word('fuel_meter'), bare: true },
  { id: 0x03, name: 'speed', lengths: [2], layout: word('speed'), bare: true },
  { id: 0x04, name: 'alarm_id', lengths: [2], layout: word('alarm_id'), bare: true },
  { id: 0x05, name: 'tire_pressure', lengths: [], since: 2019, layout: TYRES, bare: true },
  { id: 0x06, name: 'carriage_temp', lengths: [2], since: 2019, layout: CELSIUS, bare: true },
  {
    id: 0x11,
    name: 'overspeed_alarm',
    lengths: [1, 5],
    layout: all(
      byte('type'),
      only(
        (_, left) => left > 0,
        (given) => given['id'] !== undefined,
        dword('id'),
      ),
    ),
  },
  { id: 0x12, name: 'in_out_alarm', lengths: [6], layout: all(byte('type'), dword('id'), byte('direction')) },
  { id: 0x13, name: 'path_time_alarm', lengths: [7], layout: all(dword('id'), word('time'), byte('result')) },
  { id: 0x25, name: 'signal', lengths: [4], layout: bits(4, SIGNALS) },
  { id: 0x2a, name: 'io_status', lengths: [2], layout: bits(2, ['deep_sleep', 'sleep']) },
  { id: 0x2b, name: 'analog', lengths: [4], layout: all(word('ad1'), word('ad0')) },
  { id: 0x30, name: 'rssi', lengths: [1], layout: byte('rssi'), bare: true },
  { id: 0x31, name: 'gnss_sat_num', lengths: [1], layout: byte('gnss_sat_num'), bare: true },
];

/** From here on ids are makers' own, and stand under `custome`: misspelt in the form that platforms know. */
const FIRST_CUSTOM = 0xe0;

/** Items by name, others in base64 by their decimal id. */
function extras(revision: Revision): Layout {
  const known = EXTRAS.filter(({ since }) => since === undefined || revision >= since);
  return {
    read(from, into) {
      const custom: Record<string, unknown> = {};
      while (from.left > 0) {
        const id = from.number(1);
        const octets = from.octets(from.number(1));
        const extra = known.find((one) => one.id === id);
        if (extra !== undefined && (extra.lengths.length === 0 || extra.lengths.includes(octets.length))) {
          const fields: Record<string, unknown> = {};
          extra.layout.read(new Reader(octets), fields);
          into[extra.name] = extra.bare === true ? fields[extra.name] : fields;
        } else (id < FIRST_CUSTOM ? into : custom)[String(id)] = base64(octets);
      }
      if (Object.keys(custom).length > 0) into['custome'] = custom;
    },
    write(given, to, path) {
      for (const [name, value] of Object.entries(given)) {
        const extra = known.find((one) => one.name === name);
        if (name === 'custome') {
          for (const [id, one] of Object.entries(objectIn(value, `${path}.custome`)))
            writeRaw(id, one, to, `${path}.custome`);
        } else if (extra === undefined) writeRaw(name, value, to, path);
        else {
          const inner = new Writer();
          const at = extra.bare === true ? path : `${path}.${name}`;
          extra.layout.write(extra.bare === true ? given : objectIn(value, at), inner, at);
          writeItem(extra.id, inner.done(), to, `${path}.${name}`);
        }
      }
    },
  };
}

function writeRaw(id: string, value: unknown, to: Writer, path: string): void {
  if (!/^\d{1,3}$/.test(id) || Number(id) > 255) throw new ProtocolError('SHAPE', `${path}.${id}`, 'no such item');
  writeItem(Number(id), fromBase64(value, `${path}.${id}`), to, `${path}.${id}`);
}

function writeItem(id: number, octets: Uint8Array, to: Writer, path: string): void {
  to.number(id, 1);
  writeLength(octets.length, 1, to, path);
  to.octets(octets);
}

/** A position; `extra` is there where anything follows it. */
export function location(revision: Revision): Layout {
  const items = extras(revision);
  return all(
    POSITION,
    only(
      (_, left) => left > 0,
      (given: Fields) => given['extra'] !== undefined,
      {
        read(from, into) {
          const extra: Record<string, unknown> = {};
          items.read(from, extra);
          into['extra'] = extra;
        },
        write: (given, to, path) => items.write(objectIn(given['extra'], `${path}.extra`), to, `${path}.extra`),
      },
    ),
  );
}

/** Octets of a position without items. */
export const POSITION_SIZE = 28;
