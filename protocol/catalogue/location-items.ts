/**
 * The additional items of 0x0200 (位置附加信息项) that the standards define: JT/T 808, JT/T 1078-2016 for 0x14–0x18,
 * and those of active safety. An item of one field is that field's value.
 *
 * Everything else is a maker's own, and so is an item of another length than here: both stay raw.
 */
import {
  differs,
  enumeration,
  flags,
  item,
  items,
  list,
  octets,
  optional,
  signed16,
  struct,
  u8,
  u16,
  u32,
} from '../schema/field.ts';
import { SAFETY_ITEMS } from '../safety/items.ts';
import { BEHAVIOUR_BITS, IO_BITS, VEHICLE_SIGNAL_BITS, VIDEO_ALARM_BITS } from './location-bits.ts';

/** Logical video channels, a bit each. */
const CHANNEL_BITS = Object.fromEntries(Array.from({ length: 32 }, (_, bit) => [`channel${bit + 1}`, bit]));
/** Twelve main stores, then four for disaster backup. */
const STORE_BITS = Object.fromEntries(
  Array.from({ length: 16 }, (_, bit) => [bit < 12 ? `main${bit + 1}` : `backup${bit - 11}`, bit]),
);

export const LOCATION_ITEMS = items(
  { id: 1, shaped: true },
  {
    mileage: item(0x01, u32.per(10, 'km').about('里程')),
    fuel: item(0x02, u16.per(10, 'L').about('油量')),
    recorderSpeed: item(0x03, u16.per(10, 'km/h').about('行驶记录功能获取的速度')),
    alarmEventId: item(0x04, u16.about('需要人工确认报警事件的ID', 'counts from 1')),
    // Printed as Pa, one octet a wheel, which no tyre has: kept as octets. Fewer than 30 wheels are common.
    tyrePressure: item(0x05, octets('rest').about('胎压', 'an octet per wheel, front left to right; ff: no data')),
    carriageTemperature: item(0x06, signed16.about('车厢温度', 'degC')),
    overspeed: item(
      0x11,
      struct({
        positionType: enumeration(1, {
          noParticularPlace: 0,
          circle: 1,
          rectangle: 2,
          polygon: 3,
          roadSegment: 4,
        }).about('位置类型'),
        areaId: optional(u32, differs('positionType', 0)).about('区域或路段ID', 'not there for no particular place'),
      }).about('超速报警附加信息'),
    ),
    areaInOut: item(
      0x12,
      struct({
        positionType: enumeration(1, { circle: 1, rectangle: 2, polygon: 3, route: 4 }).about('位置类型'),
        areaId: u32.about('区域或线路ID'),
        direction: enumeration(1, { in: 0, out: 1 }).about('方向'),
      }).about('进出区域/路线报警附加信息'),
    ),
    segmentTime: item(
      0x13,
      struct({
        segmentId: u32.about('路段ID'),
        travelTime: u16.unit('s').about('路段行驶时间'),
        result: enumeration(1, { tooShort: 0, tooLong: 1 }).about('结果'),
      }).about('路段行驶时间不足/过长报警附加信息'),
    ),
    videoAlarm: item(0x14, flags(4, VIDEO_ALARM_BITS).about('视频相关报警')),
    videoLost: item(0x15, flags(4, CHANNEL_BITS).about('视频信号丢失报警状态', 'by logical channel')),
    videoOccluded: item(0x16, flags(4, CHANNEL_BITS).about('视频信号遮挡报警状态', 'by logical channel')),
    storageFault: item(0x17, flags(2, STORE_BITS).about('存储器故障报警状态')),
    abnormalDriving: item(
      0x18,
      struct({
        behaviour: flags(2, BEHAVIOUR_BITS).about('异常驾驶行为类型'),
        fatigueLevel: optional(u8).about('疲劳程度', '0 to 100; some units leave it off'),
      }).about('异常驾驶行为报警详细描述'),
    ),
    vehicleSignals: item(0x25, flags(4, VEHICLE_SIGNAL_BITS).about('扩展车辆信号状态位')),
    io: item(0x2a, flags(2, IO_BITS).about('IO状态位')),
    analog: item(0x2b, u32.about('模拟量', 'bits 0–15 AD0, bits 16–31 AD1')),
    // Some units have more than two inputs, or one.
    analogChannels: item(0x2b, list('rest', u16).about('模拟量', 'of another length: words as they stand')),
    rssi: item(0x30, u8.about('无线通信网络信号强度', "the device's own scale, mostly CSQ 0–31")),
    satellites: item(0x31, u8.about('GNSS定位卫星数')),
    ...SAFETY_ITEMS,
    customLength: item(0xe0, octets('rest').about('后续自定义信息长度', 'of any width, and never needed')),
  },
);
