/** What platforms say, in EMQX's JSON. */
import {
  all,
  byte,
  characters,
  countedText,
  digits,
  dword,
  fixedText,
  type Layout,
  list,
  nothing,
  numbers,
  only,
  opaque,
  restList,
  restText,
  word,
} from './layout.ts';
import { PARAMETERS } from './parameters.ts';
import type { LayoutOf } from './uplink.ts';

const same =
  (layout: Layout): LayoutOf =>
  () =>
    layout;
const since2019 =
  (before: Layout, from2019: Layout): LayoutOf =>
  (revision) =>
    revision === 2019 ? from2019 : before;

const IDS = numbers('length', 1, 'ids', 4);
const COMMAND = all(byte('command'), opaque('param'));
const PERIOD = all(digits('start_time', 6), digits('end_time', 6));
const SPEED = all(word('max_speed'), byte('overspeed_duration'));
/** What 2019 adds to an area. */
const NAME = countedText('name', 2, undefined, '');
const NIGHT = all(word('night_max_speed', 0), NAME);

const CIRCLE = all(dword('id'), word('flag'), dword('center_latitude'), dword('center_longitude'), dword('radius'));
const RECTANGLE = all(
  dword('id'),
  word('flag'),
  dword('lt_lat'),
  dword('lt_lng'),
  dword('rb_lat'),
  dword('rb_lng'),
  PERIOD,
  SPEED,
);

const flagBit =
  (bit: number) =>
  (fields: Readonly<Record<string, unknown>>): boolean =>
    (Number(fields['flag']) & bit) !== 0;
const has =
  (name: string) =>
  (fields: Readonly<Record<string, unknown>>): boolean =>
    fields[name] !== undefined;

const circles = (night: Layout): Layout =>
  all(
    byte('type'),
    list(
      'length',
      1,
      'areas',
      all(CIRCLE, only(flagBit(1), has('start_time'), PERIOD), only(flagBit(2), has('max_speed'), all(SPEED, night))),
    ),
  );
const rectangles = (night: Layout): Layout => all(byte('type'), list('length', 1, 'areas', all(RECTANGLE, night)));

const POLYGON = all(
  dword('id'),
  word('flag'),
  PERIOD,
  SPEED,
  list('length', 2, 'points', all(dword('lat'), dword('lng'))),
);
const CORNER = all(
  dword('point_id'),
  dword('path_id'),
  dword('point_lat'),
  dword('point_lng'),
  byte('width'),
  byte('attrib'),
  word('passed'),
  word('uncovered'),
  SPEED,
);
const ROUTE = all(dword('id'), word('flag'), PERIOD, list('length', 2, 'points', CORNER));

const SHOT = all(
  byte('channel_id'),
  word('command'),
  word('period'),
  ...['save', 'resolution', 'quality', 'bright', 'contrast', 'saturate', 'chromaticity'].map((name) => byte(name)),
);
const SEARCH = all(byte('type'), byte('channel'), byte('event'), PERIOD);

/** An id and a parameter of one octet, the only one that the standard has. */
const CONTROL = all(word('id'), characters('param', 1));

/** The answer to a picture: complete where there is nothing behind the id. */
const MEDIA_ANSWER: Layout = {
  read(from, into) {
    into['mm_id'] = from.number(4);
    if (from.left > 0) RESEND.read(from, into);
    else Object.assign(into, { length: 0, retx_ids: [] });
  },
  write: (given, to, path) => all(dword('mm_id'), RESEND).write(given, to, path),
};
const RESEND = numbers('length', 1, 'retx_ids', 2);

export const DOWNLINK: Readonly<Record<number, LayoutOf>> = {
  0x8001: same(all(word('seq'), word('id'), byte('result'))),
  0x8003: since2019(all(word('seq'), numbers('length', 1, 'ids', 2)), all(word('seq'), numbers('length', 2, 'ids', 2))),
  0x8004: same(digits('time', 6)),
  0x8100: same(
    all(
      word('seq'),
      byte('result'),
      only((_, left) => left > 0, has('auth_code'), restText('auth_code')),
    ),
  ),
  0x8103: same(PARAMETERS),
  0x8104: same(nothing),
  0x8105: same(all(byte('command'), restText('param'))),
  0x8106: same(IDS),
  0x8107: same(nothing),
  0x8108: same(
    all(
      byte('type'),
      fixedText('manufacturer', 5, false),
      countedText('version', 1, 'ver_len'),
      characters('firmware', 'fw_len'),
    ),
  ),
  0x8201: same(nothing),
  0x8202: same(all(word('period'), dword('expiry'))),
  0x8203: same(all(word('seq'), dword('type'))),
  0x8204: same(nothing),
  0x8300: since2019(all(byte('flag'), restText('text')), all(byte('flag'), byte('text_type', 1), restText('text'))),
  0x8301: same(all(byte('type'), list('length', 1, 'events', all(byte('id'), countedText('content', 1, 'length'))))),
  0x8302: same(
    all(
      byte('flag'),
      countedText('question', 1, 'length'),
      restList('answers', all(byte('id'), countedText('answer', 2, 'len'))),
    ),
  ),
  0x8303: same(all(byte('type'), list('length', 1, 'menus', all(byte('type'), countedText('info', 2, 'length'))))),
  0x8304: same(all(byte('type'), countedText('info', 2, 'length'))),
  0x8400: same(all(byte('type'), restText('phone'))),
  0x8401: same(
    all(
      byte('type'),
      list(
        'length',
        1,
        'contacts',
        all(byte('type'), countedText('phone', 1, 'phone_len'), countedText('name', 1, 'name_len')),
      ),
    ),
  ),
  0x8500: since2019(byte('flag'), list('count', 2, 'controls', CONTROL)),
  0x8600: since2019(circles(nothing), circles(NIGHT)),
  0x8601: same(IDS),
  0x8602: since2019(rectangles(nothing), rectangles(NIGHT)),
  0x8603: same(IDS),
  0x8604: since2019(POLYGON, all(POLYGON, NIGHT)),
  0x8605: same(IDS),
  0x8606: since2019(ROUTE, all(ROUTE, NAME)),
  0x8607: same(IDS),
  0x8608: same(
    all(
      byte('type'),
      only(
        () => true,
        (given) => given['count'] !== 0,
        numbers('count', 4, 'ids', 4),
      ),
      only(
        () => false,
        (given) => given['count'] === 0,
        dword('count'),
      ),
    ),
  ),
  0x8700: same(COMMAND),
  0x8701: same(COMMAND),
  0x8702: same(nothing),
  0x8800: same(MEDIA_ANSWER),
  0x8801: same(SHOT),
  0x8802: same(SEARCH),
  0x8803: same(all(SEARCH, byte('delete'))),
  0x8804: same(all(byte('command'), word('time'), byte('save'), byte('rate'))),
  0x8805: same(all(dword('id'), byte('flag'))),
  0x8900: same(all(byte('type'), opaque('data'))),
  0x8a00: same(all(dword('e'), opaque('n', 128))),
};
