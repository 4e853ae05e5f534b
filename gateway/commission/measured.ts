/** What is measured, in words and with units: for people; records and programs have the names as they are. */
import type { Json } from '../../protocol/index.ts';
import { jsonText } from './json-text.ts';

interface Named {
  readonly zh: string;
  readonly en: string;
  /** Unit, or a way to write it. */
  readonly as?: string | ((value: number) => string);
}

const name = (zh: string, en: string, as?: Named['as']): Named => ({ zh, en, ...(as === undefined ? {} : { as }) });
const volts = (mv: number): string => `${(mv / 1000).toFixed(2)} V`;
const signed = (seconds: number): string => `${seconds > 0 ? '+' : ''}${seconds.toFixed(1)} s`;

const NAMES: Readonly<Record<string, Named>> = {
  where: name('连接', 'by'),
  terminal: name('终端号', 'number'),
  revision: name('版本', 'edition'),
  model: name('型号', 'model'),
  manufacturerId: name('厂家', 'maker'),
  terminalModel: name('型号', 'model'),
  terminalId: name('编号', 'id'),
  terminalType: name('类型', 'type'),
  iccid: name('SIM 卡', 'SIM'),
  imei: name('IMEI', 'IMEI'),
  hardwareVersion: name('硬件', 'hardware'),
  firmwareVersion: name('固件', 'firmware'),
  gnssAttributes: name('卫星系统', 'systems'),
  commAttributes: name('制式', 'network'),
  plate: name('车牌', 'plate'),
  plateColor: name('颜色', 'colour'),
  provinceId: name('省域', 'province'),
  cityId: name('市县域', 'city'),
  vin: name('VIN', 'VIN'),
  template: name('模板', 'template'),
  read: name('读取', 'read'),
  set: name('写入', 'set'),
  fixS: name('定位用时', 'fix after', 's'),
  satellites: name('卫星', 'satellites'),
  beidou: name('北斗', 'BeiDou'),
  cn0: name('载噪比', 'C/N0', 'dB-Hz'),
  hdop: name('HDOP', 'HDOP'),
  antenna: name('天线', 'antenna'),
  latitude: name('纬度', 'latitude'),
  longitude: name('经度', 'longitude'),
  terminalTime: name('终端时间', 'its time'),
  offS: name('偏差', 'off by', signed),
  csq: name('CSQ', 'CSQ'),
  dbm: name('场强', 'level', 'dBm'),
  supplyMv: name('供电', 'supply', volts),
  backupPercent: name('备用电池', 'battery', '%'),
  backupMv: name('备用电池', 'battery', volts),
  keyOff: name('熄火时', 'key off'),
  keyOn: name('点火时', 'key on'),
  pulsesKmh: name('脉冲速度', 'by pulses', 'km/h'),
  satellitesKmh: name('卫星速度', 'by satellites', 'km/h'),
  toldAfterS: name('报警用时', 'told after', 's'),
  clearedAfterS: name('解除用时', 'cleared after', 's'),
  gateway: name('网关所见', 'gateway saw'),
  channel: name('通道', 'channel'),
  octets: name('大小', 'size', 'B'),
  ms: name('往返', 'there and back', 'ms'),
  taken: name('状态', 'state'),
  mileageKm: name('里程', 'mileage', 'km'),
  mainServerAddress: name('服务器', 'server'),
  restMv: name('静置电压', 'rest voltage', volts),
};
/** Shown in another form, or of no use to a person. */
const LEFT_OUT: ReadonlySet<string> = new Set([
  'bars',
  'changed',
  'beidouUsed',
  'hardwareVersionLength',
  'firmwareVersionLength',
]);

/** Name and value of everything measured that a person may want to read. */
export function measuredText(
  measured: Readonly<Record<string, Json>>,
  words: 'zh' | 'en',
): readonly (readonly [name: string, value: string])[] {
  return Object.entries(measured)
    .filter(([key, value]) => !LEFT_OUT.has(key) && value !== null && jsonText(value) !== '')
    .map(([key, value]) => {
      const named = NAMES[key];
      const { as } = named ?? {};
      if (typeof value !== 'number' || as === undefined) return [named?.[words] ?? key, jsonText(value)];
      return [named![words], typeof as === 'string' ? `${value} ${as}` : as(value)];
    });
}
