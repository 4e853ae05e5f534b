/** What terminals say, in EMQX's JSON. */
import type { Revision } from '../../../protocol/index.ts';
import {
  all,
  byte,
  countedOpaque,
  countedText,
  digits,
  dword,
  exactly,
  fixedText,
  type Layout,
  list,
  nested,
  nothing,
  numberIn,
  numbers,
  only,
  opaque,
  restText,
  sized,
  word,
  wrong,
} from './layout.ts';
import { location, POSITION_SIZE } from './location.ts';
import { PARAMETERS } from './parameters.ts';

/** The layout of a message under a revision. 2011 is read as 2013, as EMQX does. */
export type LayoutOf = (revision: Revision) => Layout;

const same =
  (layout: Layout): LayoutOf =>
  () =>
    layout;

const registration = (manufacturer: Layout, model: number, id: number): Layout =>
  all(
    word('province'),
    word('city'),
    manufacturer,
    fixedText('model', model),
    fixedText('dev_id', id),
    byte('color'),
    restText('license_number'),
  );

const attributes = (model: number, id: number): Layout =>
  all(
    word('type'),
    fixedText('manufacturer', 5, false),
    fixedText('model', model),
    fixedText('id', id),
    digits('iccid', 10),
    countedText('hardware_version', 1),
    countedText('firmware_version', 1),
    byte('gnss_prop'),
    byte('comm_prop'),
  );

const MEDIA = all(dword('id'), byte('type'), byte('format'), byte('event'), byte('channel'));
const FOUND = all(dword('id'), byte('type'), byte('channel'), byte('event'));

/** The word of a CAN id: channel, frame type and method in its three highest bits. */
const CAN_ID: Layout = {
  read(from, into) {
    const value = from.number(4);
    into['channel'] = value >>> 31;
    into['frame_type'] = (value >>> 30) & 1;
    into['data_method'] = (value >>> 29) & 1;
    into['id'] = value & 0x1fff_ffff;
  },
  write(given, to, path) {
    const bits = [
      numberIn(given, 'channel', 1, path),
      numberIn(given, 'frame_type', 1, path),
      numberIn(given, 'data_method', 1, path),
    ];
    const id = numberIn(given, 'id', 4, path);
    if (bits.some((bit) => bit > 1) || id > 0x1fff_ffff) wrong(path, 'bits of 0 or 1 and an id of 29 bits');
    to.number(bits[0]! * 2 ** 31 + bits[1]! * 2 ** 30 + bits[2]! * 2 ** 29 + id, 4);
  },
};

const whenRead = (test: (fields: Readonly<Record<string, unknown>>) => boolean, part: Layout): Layout =>
  only(test, test, part);

const driver = (revision: Revision): Layout =>
  all(
    byte('status'),
    digits('time', 6),
    whenRead(
      ({ status }) => status === 1,
      all(
        byte('ic_result'),
        whenRead(
          (fields) => fields['ic_result'] === 0,
          all(
            countedText('driver_name', 1),
            fixedText('certificate', 20, false),
            countedText('organization', 1),
            digits('cert_expiry', 4),
            ...(revision === 2019 ? [fixedText('id_card', 20)] : []),
          ),
        ),
      ),
    ),
  );

const base = (revision: Revision): Layout => exactly(POSITION_SIZE, location(revision));

export const UPLINK: Readonly<Record<number, LayoutOf>> = {
  0x0001: same(all(word('seq'), word('id'), byte('result'))),
  0x0002: same(nothing),
  0x0003: same(nothing),
  0x0004: same(nothing),
  0x0005: same(all(word('seq'), numbers('count', 2, 'ids', 2))),
  0x0100: (revision) =>
    revision === 2019
      ? registration(fixedText('manufacturer', 11), 30, 30)
      : registration(fixedText('manufacturer', 5, false), 20, 7),
  0x0102: (revision) =>
    revision === 2019
      ? all(countedText('code', 1), fixedText('imei', 15), fixedText('software_version', 20))
      : restText('code'),
  0x0104: same(all(word('seq'), PARAMETERS)),
  0x0107: (revision) => (revision === 2019 ? attributes(30, 30) : attributes(20, 7)),
  0x0108: same(all(byte('type'), byte('result'))),
  0x0200: location,
  0x0201: (revision) => all(word('seq'), nested('params', location(revision))),
  0x0301: same(byte('id')),
  0x0302: same(all(word('seq'), byte('id'))),
  0x0303: same(all(byte('id'), byte('flag'))),
  0x0500: (revision) => all(word('seq'), nested('location', location(revision))),
  0x0608: same(all(byte('type'), dword('count'), opaque('data'))),
  0x0700: same(all(word('seq'), byte('command'), opaque('data'))),
  0x0701: same(countedOpaque('data', 4, 'length')),
  0x0702: driver,
  0x0704: (revision) => list('length', 2, 'location', sized(location(revision)), byte('type')),
  0x0705: same(list('length', 2, 'can_data', all(CAN_ID, opaque('data', 8)), digits('time', 5))),
  0x0800: same(MEDIA),
  0x0801: (revision) => all(MEDIA, nested('location', base(revision)), opaque('multimedia')),
  0x0802: (revision) => all(word('seq'), list('length', 2, 'result', all(FOUND, nested('location', base(revision))))),
  0x0805: same(
    all(
      word('seq'),
      byte('result'),
      whenRead(({ result }) => result === 0, numbers('length', 2, 'ids', 4)),
    ),
  ),
  0x0900: same(all(byte('type'), opaque('data'))),
  0x0901: same(countedOpaque('data', 4, 'length')),
  0x0a00: same(all(dword('e'), opaque('n', 128))),
};
