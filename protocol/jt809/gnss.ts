/**
 * A vehicle's position as platforms exchange it (车辆定位信息): 36 octets of plain integers in 2011; in 2019 the body
 * of JT/T 808-2019 0x0200 with what three levels of platforms think of it.
 */
import { LOCATION, type LocationReport } from '../catalogue/location.ts';
import { ALARM_BITS, STATUS_BITS } from '../catalogue/location-bits.ts';
import {
  ascii,
  calendar,
  coordinate,
  enumeration,
  flags,
  prefix,
  sized,
  struct,
  u16,
  u32,
  type StructOf,
} from '../schema/field.ts';
import type { Edition } from './edition.ts';

const ENCRYPTED = enumeration(1, { no: 0, yes: 1 }).about('是否加密', 'coordinates masked for secrecy');

/** The layout of 2011. Longitude first; the signs stand in `state`, as in JT/T 808. */
export const GNSS_2011 = {
  encrypted: ENCRYPTED,
  time: calendar.about('日期时间', 'UTC+8 on the wire'),
  longitude: coordinate('state', 3).about('经度'),
  latitude: coordinate('state', 2).about('纬度'),
  speed: u16.unit('km/h').about('速度', 'as the GNSS module has it'),
  recorderSpeed: u16.unit('km/h').about('行驶记录速度'),
  mileage: u32.unit('km').about('车辆当前总里程数'),
  direction: u16.unit('deg').about('方向'),
  altitude: u16.unit('m').about('海拔高度'),
  state: flags(4, STATUS_BITS).about('车辆状态', 'the status word of JT/T 808'),
  alarm: flags(4, ALARM_BITS).about('报警状态', 'the alarm word of JT/T 808'),
} as const;

/** Platform codes are letters and digits; eleven octets of 0 or of 1 stand for none. */
const platformId = (zh: string) => ascii(11).about(zh);
const platformAlarm = (zh: string) => flags(4, ALARM_BITS).about(zh, 'the alarm word of JT/T 808');

/** The layout of 2019. */
export const GNSS_2019 = {
  encrypted: ENCRYPTED,
  location: sized(prefix(4, 'length'), struct(LOCATION)).about('车辆定位信息', 'body of JT/T 808-2019 0x0200'),
  platform1: platformId('监控平台唯一编码'),
  alarm1: platformAlarm('监控平台报警状态'),
  platform2: platformId('市级监控平台唯一编码'),
  alarm2: platformAlarm('市级监控平台报警状态'),
  platform3: platformId('省级监控平台唯一编码'),
  alarm3: platformAlarm('省级监控平台报警状态'),
} as const;

/** A position in the layout of 2011. */
export type Gnss2011 = StructOf<typeof GNSS_2011>;
/** A position in the layout of 2019. */
export type Gnss2019 = StructOf<typeof GNSS_2019>;

/** What the platforms above and the sender itself make of a position. */
export interface PlatformAlarms {
  /** Of the platform that watches the vehicle; its alarm word as JT/T 808 has it. */
  readonly platform1: string;
  readonly alarm1?: number;
  readonly platform2?: string;
  readonly alarm2?: number;
  readonly platform3?: string;
  readonly alarm3?: number;
}

const whole = (value: number | undefined, most: number): number => Math.min(most, Math.floor(value ?? 0));

/**
 * The position of a terminal in the layout of 2011. Fractions are dropped; what the report has not is 0, and what the
 * field cannot hold is its most.
 */
export function gnss2011(report: LocationReport): Gnss2011 {
  return {
    encrypted: 'no',
    time: report.time,
    longitude: report.longitude,
    latitude: report.latitude,
    speed: whole(report.speed, 0xffff),
    recorderSpeed: whole(report.items.recorderSpeed, 0xffff),
    mileage: whole(report.items.mileage, 0xffff_ffff),
    direction: report.direction,
    altitude: report.altitude,
    state: report.status,
    alarm: report.alarm,
  };
}

/** The position of a terminal in the layout of 2019: the report with its items, and `platforms`. */
export function gnss2019(report: LocationReport, platforms: PlatformAlarms): Gnss2019 {
  const { trailing: _, ...location } = report;
  return {
    encrypted: 'no',
    location,
    platform1: platforms.platform1,
    alarm1: platforms.alarm1 ?? 0,
    platform2: platforms.platform2 ?? '',
    alarm2: platforms.alarm2 ?? 0,
    platform3: platforms.platform3 ?? '',
    alarm3: platforms.alarm3 ?? 0,
  };
}

/** The layout of an edition. */
export const gnssOf = { 2011: struct(GNSS_2011), 2019: struct(GNSS_2019) } as const satisfies Record<Edition, unknown>;
