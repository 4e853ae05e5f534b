import { ALARM_BITS, type AlarmName } from '../../protocol/index.ts';

/** Word of one alarm bit of 0x0200. */
export function alarmBit(name: AlarmName): number {
  return 2 ** ALARM_BITS[name];
}
