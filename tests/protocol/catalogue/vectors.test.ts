/** Frames and bodies of other projects: read to the last octet, written back, and saying what those projects say. */
import { expect, it } from 'vitest';
import { type BodyOf, codecFor, formatTime, fromJson, toJson } from '../../../protocol/index.ts';
import { encode } from '../schema/arbitrary.ts';
import { type VectorBody, vectorBodies } from './bodies.ts';

/** Bodies that their sources give as empty, which no receiver could use. */
const EMPTY = [
  'gojt-dump-8001JT2011-02',
  'gojt-dump-8001JT2013-02',
  'gojt-dump-8001JT2019-02',
  'gojt-dump-8100JT2011-02',
  'gojt-dump-8100JT2013-02',
];

const all = vectorBodies();
const whole = all.filter(({ vector }) => !EMPTY.includes(vector.id));

const decode = ({ message, revision, octets }: VectorBody, quirk: (name: string) => void = () => {}): unknown =>
  codecFor(message.id, revision)!.decode(octets, 0, octets.length, { quirk });

it('refuses the bodies that are empty, as truncated', () => {
  const empty = all.filter(({ vector }) => EMPTY.includes(vector.id));
  expect(empty).toHaveLength(EMPTY.length);
  for (const one of empty) expect(() => decode(one), one.vector.id).toThrow(/needs \d octets, 0 left/);
});

it('loses no octet of any other body, through the value and through JSON', () => {
  expect(whole.length).toBeGreaterThan(200);
  for (const one of whole) {
    const { message, revision, octets, vector } = one;
    const codec = codecFor(message.id, revision)!;
    const quirks: string[] = [];
    const value = decode(one, (name) => quirks.push(name));
    const json: unknown = JSON.parse(JSON.stringify(toJson(message, revision, value as never)));
    const back = encode(codec, fromJson(message, revision, json));
    expect(back, vector.id).toEqual(encode(codec, value));
    // Two's complement is written as magnitude and bit; one source ends a text with a NUL more than there is room for.
    if (quirks.includes('signed-coordinate') || vector.id === 'mingkid-0100-1') continue;
    // Named items are written in the order of their table: the same octets, in another order.
    expect(back.toSorted(), vector.id).toEqual(octets.toSorted());
  }
});

const digits = (time: unknown): string => String(time).replace(/\D/g, '');
const micro = (degrees: number): number => Math.round(degrees * 1e6);
const tenth = (value: number): number => Math.round(value * 10);
const plain = (text: string): string => text.replace(/^0+/, '').trim();

type Read<B> = (body: B) => unknown;
type Location = BodyOf<'locationReport'>;

/** A fact under each of the names that the sources have for it. */
function named<B>(table: readonly (readonly [Read<B>, ...string[]])[]): Map<string, Read<B>> {
  return new Map(table.flatMap(([read, ...names]) => names.map((name) => [name, read])));
}

const LOCATION = named<Location>([
  [({ alarm }) => alarm, 'AlarmFlag', '报警标志', 'warnBit'],
  [({ status }) => status, 'StatusFlag', '状态标志', 'statusBit'],
  [({ latitude }) => micro(latitude), 'Lat', 'Latitude', 'latitude', '纬度'],
  [({ longitude }) => micro(longitude), 'Lng', 'Longitude', 'longitude', '经度'],
  [({ altitude }) => altitude, 'Altitude', 'altitude', '海拔高度'],
  [({ speed }) => tenth(speed), 'Speed', 'speed', '速度'],
  [({ direction }) => direction, 'Direction', 'direction', '方向'],
  [({ time }) => digits(formatTime(time).slice(0, 19)), 'GPSTime', 'deviceTime', 'Time', '时间'],
  [({ items }) => tenth(items.mileage!), 'BasicLocationAttachData[0x01].Mileage'],
  [({ items }) => tenth(items.fuel!), 'BasicLocationAttachData[0x02].Oil'],
  [({ status }) => (status & 1) === 1, 'Status.ACCOn'],
  [({ status }) => (status & 2) === 2, 'Status.PositionOn'],
]);
const TABLES: Readonly<Record<string, Map<string, Read<never>>>> = {
  locationReport: LOCATION,
  terminalRegistration: named<BodyOf<'terminalRegistration'>>([
    [({ provinceId }) => provinceId, 'ProvinceID', 'ProvincialID', 'provinceId', '省域ID', 'AreaID'],
    [({ cityId }) => cityId, 'CityID', 'cityId', '市县域ID', 'CityOrCountyId'],
    [
      ({ manufacturerId }) => plain(manufacturerId),
      'ManufacturerID',
      '制造商ID',
      'MakerId',
      'makerId',
      "MakerId.TrimStart('0')",
    ],
    [
      ({ terminalModel }) => plain(terminalModel),
      'TermModel',
      'TerminalModel',
      '终端型号',
      'deviceModel',
      "TerminalModel.TrimStart('0')",
    ],
    [
      ({ terminalId }) => plain(terminalId),
      'TermID',
      'TerminalID',
      '终端ID',
      'TerminalId',
      'deviceId',
      "TerminalId.TrimStart('0')",
    ],
    [
      ({ plate }) => plate.trim(),
      'LicensePlate',
      'LicensePlateNumber',
      '车牌号',
      'PlateNo',
      'plateNo',
      'PlateNo.TrimStart()',
    ],
  ]),
  terminalAuthentication: named<BodyOf<'terminalAuthentication'>>([
    [({ authCode }) => authCode, 'Token', 'token', 'AuthCode', 'Code', '鉴权码'],
    [({ imei }) => imei ?? '', 'imei', 'IMEI', 'TerminalIMEI', '终端IMEI'],
    [({ softwareVersion }) => softwareVersion ?? '', 'softwareVersion', 'SoftwareVersion', '软件版本'],
  ]),
  batchLocationUpload: named<BodyOf<'batchLocationUpload'>>([
    [({ items }) => items.length, 'Count', 'Num', 'total', '数据项个数'],
    ...([0, 1] as const).flatMap((i) => {
      const at = `Items[${i}].T0x0200LocationItem`;
      const body = (batch: BodyOf<'batchLocationUpload'>): Location => batch.items[i]!.location as Location;
      return [
        [(batch: BodyOf<'batchLocationUpload'>) => micro(body(batch).latitude), `${at}.Latitude`],
        [(batch: BodyOf<'batchLocationUpload'>) => micro(body(batch).longitude), `${at}.Longitude`],
        [(batch: BodyOf<'batchLocationUpload'>) => body(batch).altitude, `${at}.Altitude`],
        [(batch: BodyOf<'batchLocationUpload'>) => digits(formatTime(body(batch).time).slice(0, 19)), `${at}.DateTime`],
      ] as const;
    }),
  ]),
  platformAck: named<BodyOf<'platformAck'>>([
    [({ replySerial }) => replySerial, 'RespondSerialNumber', 'responseSerialNo', 'MsgNum'],
    [({ replyId }) => replyId, 'RespondID', 'responseMessageId'],
  ]),
  registrationResponse: named<BodyOf<'registrationResponse'>>([
    [({ replySerial }) => replySerial, 'RespondSerialNumber', 'responseSerialNo', 'AckMsgNum'],
    [({ authCode }) => authCode ?? '', 'AuthCode', 'token', 'Code'],
  ]),
};
const TIMES = new Set(['GPSTime', 'deviceTime', 'Time', '时间']);

it('finds the facts that the sources assert', () => {
  let found = 0;
  for (const one of whole) {
    const table = TABLES[one.message.name];
    if (table === undefined) continue;
    const body = decode(one) as never;
    for (const [full, fact] of Object.entries(one.vector.expect)) {
      const name = full.replace(/^Bodies\./, '');
      const read = table.get(name);
      if (read === undefined || fact === null) continue;
      const time = TIMES.has(name) || name.endsWith('DateTime');
      expect(String(read(body)), `${one.vector.id} ${full}`).toBe(time ? digits(fact) : String(fact));
      found++;
    }
  }
  expect(found).toBeGreaterThan(250);
});
