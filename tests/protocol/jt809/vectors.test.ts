/** Frames and bodies of another project, captures of real platforms among them, and the facts that it asserts. */
import { describe, expect, it } from 'vitest';
import { decodeJt809Hex, describeJt809, type Jt809Described } from '../../../protocol/index.ts';
import { octetsOf, type Vector, vectors } from '../../support/vectors.ts';
import { frameOf, hexOf, octets, packetOf } from './frames.ts';

const ALL = vectors({ protocol: 'jt809' });
/** Of the platform whose frames were captured. */
const CIPHER = { m1: 56_107_078, ia1: 37_382_110, ic1: 50_361_430 };
const SECONDS = 1_587_873_720;

/** What is not read, and why. */
const REFUSED: Readonly<Record<string, string>> = {
  'sc809-JT809_0x1001PackageTest-Test3-2': 'length',
};
/** Pieces of a body, which are no message. */
const FRAGMENTS = new Set(['sc809-JT809_0x1001PackageTest-Test3', 'sc809-JT809_0x1001PackageTest-Test3-1']);

/** A body in a frame of its edition; the data of a sub-type in their envelope too. */
function framed(vector: Vector): string {
  const id = Number(vector.msgId);
  const body = octetsOf(vector);
  const seconds = vector.version === '2019' ? { seconds: SECONDS } : {};
  const whole = (id & 0xff) === 0 || ((id >> 8) & 0x7f) <= 0x11;
  if (whole) return hexOf(frameOf(packetOf(id, body, seconds)));
  const family = (id >> 8) & 0x7f;
  const head = Buffer.alloc(family === 0x13 || (family === 0x14 && vector.version === '2019') ? 6 : 28);
  if (head.length === 28) head.set(octets('d4c1413132333435'), 0);
  head.writeUInt16BE(id, head.length - 6);
  head.writeUInt32BE(body.length, head.length - 4);
  return hexOf(frameOf(packetOf(id & 0xff00, Uint8Array.from([...head, ...body]), seconds)));
}

function read(vector: Vector): Jt809Described {
  const hex = vector.kind === 'body' ? framed(vector) : vector.hex!;
  const results = decodeJt809Hex(hex, { cipher: CIPHER });
  expect(results).toHaveLength(1);
  const described = describeJt809(results[0]!);
  if (!described.ok) throw new Error(`${described.reason}: ${described.detail}`);
  return described;
}

const readable = ALL.filter(({ id }) => REFUSED[id] === undefined && !FRAGMENTS.has(id));

describe('the vectors', () => {
  it.each(readable.map((vector) => [vector.id, vector] as const))('%s is read', (_, vector) => {
    const { name, body } = read(vector);
    expect(name).not.toBe(null);
    expect(JSON.stringify(body)).not.toContain('"trailing":"00"');
  });

  it('are refused where their form is wrong', () => {
    for (const [id, reason] of Object.entries(REFUSED)) {
      const vector = ALL.find((one) => one.id === id)!;
      expect(decodeJt809Hex(vector.hex!)).toMatchObject([{ fault: reason }]);
    }
  });

  it('of a platform that leaves escapes off are read to the last octet, and say so', () => {
    const lax = ALL.filter(({ kind, id }) => kind === 'tolerate' || id.endsWith('2019_7'));
    expect(lax).toHaveLength(8);
    for (const vector of lax) expect(read(vector).quirks[0]).toBe('unescaped');
  });

  it('hold a photograph, though 5D stands in it raw', () => {
    const vector = ALL.find(({ id }) => id.endsWith('GuoJian001_2019_7'))!;
    const { body, quirks } = read(vector) as { body: Record<string, unknown>; quirks: readonly string[] };
    expect(quirks).toEqual(['unescaped']);
    expect(body).toMatchObject({ flag: 'done', lens: 2, size: '320x240', photoLength: 17_506 });
    const photo = String(body['photo']);
    expect(photo.startsWith('ffd8') && photo.endsWith('ffd9')).toBe(true);
    expect(photo.length).toBe(2 * Number(body['photoLength']));
  });
});

describe('a route', () => {
  const routeOf = (ending: string): unknown => {
    const { body } = read(ALL.find(({ id }) => id.endsWith(ending))!);
    return (body as { route: unknown }).route;
  };

  it('as captured is that of JT/T 808-2019', () => {
    expect(routeOf('GuoJian001_2019_12')).toMatchObject({
      routeAttributes: ['time'],
      startTime: '2025-09-04T16:15:10+08:00',
      pointCount: 5,
      points: [{ pointId: 1, latitude: 34.382683, longitude: 108.621714 }, {}, {}, {}, { pointId: 5 }],
    });
  });

  it('of the edition before stays octets', () => {
    expect(routeOf('0x1602Test-Test_2019_2')).toMatch(/^0000270f04f40002/);
  });
});

// --- facts

const local = (text: unknown): unknown => String(text).replace(' ', 'T');
const beginning = (fact: unknown, ours: unknown): boolean => String(ours).startsWith(String(local(fact)));
const WORDS: Readonly<Record<string, unknown>> = {
  成功: 'success',
  申请成功: 'success',
  下发成功: 'success',
  成功_上级平台即刻补发: 'now',
  审核通过_完成注册: 'approved',
  其它: 'other',
  其它原因: 'other',
  其他: null,
  处理中: 'processing',
  将来处理: 'later',
  无该车辆: 'noVehicle',
  蓝色: 'blue',
  黄色: 'yellow',
  白色: 'white',
  未加密: 'no',
  已加密: 'yes',
  车载终端: 'terminal',
  疲劳驾驶报警: 'fatigue',
  偏离路线报警: 'routeDeviation',
  劫警: 'robbery',
  当前连接的下级平台: 'connectedPlatform',
  下级平台所属单一业户: 'oneOperator',
  完成拍照: 'done',
  _320x240: '320x240',
  jpg: 'jpg',
  采集记录仪事故疑点记录: 'accidentRecord',
  上传车辆注册信息: '0x1201',
  补报车辆静态信息应答: '0x1601',
  报警督办请求消息: '0x9401',
};
const word = (fact: unknown, ours: unknown): boolean => {
  const name = String(fact).split('.').at(-1)!;
  return Object.hasOwn(WORDS, name) && WORDS[name] === ours;
};
const same = (fact: unknown, ours: unknown): boolean => fact === ours;
const millionths = (fact: unknown, ours: unknown): boolean => Number(fact) === Math.round(Number(ours) * 1e6);
/** Some bodies hold a platform's code as a number of eleven octets. */
const code = (fact: unknown, ours: unknown): boolean =>
  fact === ours || BigInt(`0x${Buffer.from(String(ours), 'latin1').toString('hex') || '0'}`) === BigInt(String(fact));
const word32 =
  (names: readonly string[]) =>
  (fact: unknown, ours: unknown): boolean =>
    Number(fact) === (ours as string[]).reduce((sum, name) => sum + 2 ** names.indexOf(name), 0);
const datePart = (at: number, n: number) => (fact: unknown, ours: unknown) =>
  Number(String(ours).slice(at, at + n)) === fact;

type Check = (fact: unknown, ours: unknown) => boolean;
/** The other project's last name of a fact: our member, of the body unless it begins with `^`, and how they compare. */
const MAPPING: Readonly<Record<string, readonly [string, Check]>> = {
  MsgSN: ['^serial', same],
  EncryptKey: ['^key', same],
  MsgGNSSCENTERID: ['^centerId', same],
  Time: ['^time', beginning],
  VehicleColor: ['^plateColour', word],
  VehicleNo: ['^plate', same],
  SubBusinessType: ['^subId', word],
  UserId: ['user', same],
  Password: ['password', same],
  DownLinkIP: ['ip', same],
  DownLinkPort: ['port', same],
  VerifyCode: ['verifyCode', same],
  Result: ['result', word],
  ReasonCode: ['reason', word],
  DynamicInfoTotal: ['total', same],
  StartTime: ['start', beginning],
  EndTime: ['end', beginning],
  PlateformId: ['platformId', same],
  ProducerId: ['producerId', same],
  TerminalId: ['terminalId', same],
  TerminalModelType: ['model', same],
  TerminalSimCode: ['sim', same],
  IMIEId: ['imei', same],
  Encrypt: ['encrypted', word],
  Day: ['time', datePart(8, 2)],
  Month: ['time', datePart(5, 2)],
  Year: ['time', datePart(0, 4)],
  Hour: ['time', datePart(11, 2)],
  Minute: ['time', datePart(14, 2)],
  Second: ['time', datePart(17, 2)],
  Lon: ['longitude', millionths],
  Lat: ['latitude', millionths],
  Vec1: ['speed', same],
  Vec2: ['recorderSpeed', same],
  Vec3: ['mileage', same],
  Direction: ['direction', same],
  Altitude: ['altitude', same],
  State: ['state', word32(['acc', 'positioned'])],
  Alarm: ['alarm', word32(['emergency', '', '', '', '', '', '', '', 'mainPowerOff'])],
  PlatformId1: ['platform1', same],
  PlatformId2: ['platform2', same],
  PlatformId3: ['platform3', same],
  Alarm1: ['alarm1', word32(['emergency', 'overspeed'])],
  Alarm2: ['alarm2', word32(['emergency', 'overspeed'])],
  Alarm3: ['alarm3', word32(['emergency', 'overspeed'])],
  GNSSCount: ['count', same],
  SourceDataType: ['sourceType', same],
  DataType: ['sourceType', same],
  SourceMsgSn: ['sourceSerial', same],
  SourceMsgSN: ['sourceSerial', same],
  MsgSn: ['sourceSerial', same],
  DriverName: ['name', same],
  DriverID: ['idNumber', same],
  Licence: ['licence', same],
  OrgName: ['organisation', same],
  ValidDate: ['validUntil', beginning],
  EwaybillInfo: ['waybill', same],
  EwaybillLength: ['waybillLength', same],
  CarInfo: ['info', same],
  ObjectType: ['objectType', word],
  ObjectID: ['objectId', same],
  InfoID: ['infoId', same],
  InfoContent: ['content', same],
  InfoLength: ['contentLength', same],
  Responder: ['responder', same],
  ResponderTel: ['phone', same],
  SupervisionID: ['supervisionId', (fact, ours) => fact === ours || Number(`0x${String(fact)}`) === ours],
  SupervisionEndTime: ['deadline', beginning],
  'SupervisionLevel.ToByteValue()': ['level', (fact, ours) => fact === 1 && ours === 'normal'],
  'MsgPriority.ToByteValue()': ['priority', (fact, ours) => fact === 1 && ours === 'normal'],
  'SizeType.ToByteValue()': ['size', (fact, ours) => fact === 1 && ours === '320x240'],
  Supervisor: ['supervisor', same],
  SupervisorTel: ['phone', same],
  SupervisorEmail: ['email', same],
  WarnSrc: ['source', word],
  WarnType: ['type', word],
  WarnTime: ['time', beginning],
  WarnContent: ['content', same],
  WarnLength: ['contentLength', same],
  DestinationPlatformId: ['alarmedPlatformId', code],
  SourcePlatformId: ['platformId', code],
  DRVLineId: ['routeId', same],
  PhotoRspFlag: ['flag', word],
  LensID: ['lens', same],
  SizeType: ['size', word],
  Type: ['type', word],
  MsgID: ['textId', same],
  MsgSequence: ['textId', same],
  MsgContent: ['text', same],
  MsgLength: ['textLength', same],
  TraveldataInfo: ['data', (fact, ours) => fact === `hex:${String(ours)}`],
  TraveldataLength: ['dataLength', same],
  Command: ['command', word],
  PlateFormId: ['platformId', (fact, ours) => fact === `hex:${Buffer.from(String(ours), 'latin1').toString('hex')}`],
};

/** Facts that are no field of ours, by what they are. */
const ASIDE: Readonly<Record<string, string>> = {
  'Header.MsgLength': 'follows from the octets',
  'Header.EncryptFlag': 'shown as encrypted',
  'Header.BusinessType': 'a name of theirs',
  DataLength: 'follows from the octets',
};
/** Facts that do not hold, by vector and name. */
const MISSED: Readonly<Record<string, string>> = {
  'sc809-JT809_0x9008Test-Test2 Result': 'a fact of another test beside it: 0x9008 has no result',
  'sc809-JT809_0x1300_0x1301Test-Test_2019_2 InfoID': '2019 names the request by type and serial',
  'sc809-JT809_0x1300_0x1302Test-Test_2019_2 InfoID': '2019 names the request by type and serial',
};
/** A route in the layout of 0x8606 before 2019, under a header of 2019: it stays octets. */
const ROUTE = /^(Route|InflectionPoint|Section|StartTime|EndTime)/;

function memberOf(described: Jt809Described, path: string, name: string): unknown {
  if (name.startsWith('^')) return described[name.slice(1) as keyof Jt809Described];
  const body = described.body as Record<string, unknown>;
  const index = /^GNSS\[(\d+)\]/.exec(path);
  if (index !== null) return (body['positions'] as Record<string, unknown>[])[Number(index[1])]![name];
  const inner = path.includes('VehiclePosition') && body['position'] !== undefined ? body['position'] : body;
  return (inner as Record<string, unknown>)[name];
}

describe('the facts', () => {
  it('hold, but for those that are named with their reason', () => {
    let held = 0;
    const wrong: string[] = [];
    for (const vector of readable) {
      const described = read(vector);
      for (const [path, fact] of Object.entries(vector.expect)) {
        const last = path.endsWith('()') ? path.split('.').slice(-2).join('.') : path.split('.').at(-1)!;
        const aside = Object.keys(ASIDE).some((name) => path.endsWith(name)) || MISSED[`${vector.id} ${last}`];
        if (aside || (vector.msgId === '0x1602' && ROUTE.test(path))) continue;
        const mapped = MAPPING[last];
        if (mapped === undefined) {
          wrong.push(`${vector.id} ${path}: not mapped`);
          continue;
        }
        const [name, check] = mapped;
        const member = last === 'MsgGNSSCENTERID' && vector.kind === 'body' ? 'centerId' : name;
        // What says the vehicle of an alarm since 2019 is inside it.
        const inside = described.plate === null && ['^plate', '^plateColour'].includes(name) && vector.kind === 'body';
        const ours = memberOf(described, path, inside ? name.slice(1) : member);
        if (check(fact, ours)) held++;
        else wrong.push(`${vector.id} ${path}: ${String(fact)} is not ${JSON.stringify(ours)}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(held).toBeGreaterThan(240);
  });
});
