/**
 * The alarms of active safety as additional items of 0x0200: 0x64–0x67 of T/JSATL 12-2017, 0x70 of DB32/T 3610.3-2019.
 *
 * Each carries its own place and time: those of the alarm, not of the report. An item in the layout of a province says
 * which one as `layout`.
 */
import {
  enumeration,
  type Field,
  flags,
  item,
  layouts,
  list,
  octets,
  prefix,
  struct,
  time,
  u8,
  u16,
  u32,
} from '../schema/field.ts';
import {
  ADAS_TYPES,
  BSD_TYPES,
  DSM_TYPES,
  INTENSE_DRIVING_TYPES,
  SAFETY_STATUS_BITS,
  TYRE_BITS,
} from './alarm-types.ts';
import { IDENTIFICATION, type Identification, type Province, PROVINCES } from './identification.ts';

/** The item as T/JSATL 12-2017 has it, and as provinces do. */
const provincial = <T>(of: (identification: Identification, province?: Province) => Field<T>) =>
  layouts(of(IDENTIFICATION), 'province', {
    guangdong: of(PROVINCES.guangdong, 'guangdong'),
    sichuan: of(PROVINCES.sichuan, 'sichuan'),
    heilongjiang: of(PROVINCES.heilongjiang, 'heilongjiang'),
  });

const HEAD = {
  alarmId: u32.about('报警ID', 'counts from 0; start and end of an alarm have the same'),
  flag: enumeration(1, { instant: 0, start: 1, end: 2 }).about('标志状态'),
} as const;

const PLACE = {
  speed: u8.unit('km/h').about('车速'),
  altitude: u16.unit('m').about('高程'),
  latitude: u32.per(1e6, 'deg').about('纬度', 'the hemisphere is that of the report'),
  longitude: u32.per(1e6, 'deg').about('经度', 'the hemisphere is that of the report'),
  time: time.about('日期时间'),
  vehicleStatus: flags(2, SAFETY_STATUS_BITS).about('车辆状态'),
} as const;

const level = u8.about('报警级别', '1 or 2; nothing for events');

const adas = (identification: Identification) =>
  struct({
    ...HEAD,
    type: enumeration(1, ADAS_TYPES).about('报警/事件类型'),
    level,
    frontSpeed: u8.unit('km/h').about('前车车速', 'for forwardCollision, laneDeparture and headway'),
    frontDistance: u8.per(10, 's').about('前车/行人距离', 'as time to collision'),
    departure: enumeration(1, { left: 1, right: 2 }).about('偏离类型', 'for laneDeparture'),
    signType: enumeration(1, { speedLimit: 1, heightLimit: 2, weightLimit: 3, noEntry: 4, noStopping: 5 }).about(
      '道路标志识别类型',
      'for roadSignViolation and roadSignRecognised; 4 and 5 are of Guangdong',
    ),
    signValue: u8.about('道路标志识别数据', 'as printed on the sign'),
    ...PLACE,
    identification,
  });

const dsm = (identification: Identification) =>
  struct({
    ...HEAD,
    type: enumeration(1, DSM_TYPES).about('报警/事件类型'),
    level,
    fatigue: u8.about('疲劳程度', '1 to 10, for fatigue'),
    reserved: octets(4).about('预留'),
    ...PLACE,
    identification,
  });

const tpms = (identification: Identification, province?: Province) =>
  struct({
    ...HEAD,
    ...PLACE,
    identification,
    tyres: list(
      prefix(1, 'tyreCount'),
      struct({
        // Guangdong writes it as a WORD.
        position: (province === 'guangdong' ? u16 : u8).about(
          '胎压报警位置',
          'from the left front wheel in the shape of a Z, from 0',
        ),
        alarms: flags(2, TYRE_BITS).about('报警/事件类型'),
        pressure: u16.unit('kPa').about('胎压'),
        temperature: u16.unit('degC').about('胎温'),
        battery: u16.unit('%').about('电池电量'),
      }),
    ).about('报警/事件信息列表'),
  });

const bsd = (identification: Identification) =>
  struct({ ...HEAD, type: enumeration(1, BSD_TYPES).about('报警/事件类型'), ...PLACE, identification });

const intenseDriving = (identification: Identification) =>
  struct({
    ...HEAD,
    type: enumeration(1, INTENSE_DRIVING_TYPES).about('报警/事件类型'),
    timeThreshold: u16.unit('s').about('时间阈值'),
    threshold1: u16.about('阈值1', '0.01 g or km/h by type'),
    threshold2: u16.about('阈值2', 'turns per minute'),
    ...PLACE,
    identification,
  });

/** For the table of items. */
export const SAFETY_ITEMS = {
  adas: item(0x64, provincial(adas).about('高级驾驶辅助系统报警')),
  dsm: item(0x65, provincial(dsm).about('驾驶员状态监测系统报警')),
  tpms: item(0x66, provincial(tpms).about('胎压监测系统报警')),
  bsd: item(0x67, provincial(bsd).about('盲区监测系统报警')),
  intenseDriving: item(0x70, provincial(intenseDriving).about('激烈驾驶报警')),
} as const;
