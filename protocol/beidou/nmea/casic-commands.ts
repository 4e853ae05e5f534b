/** Set-up commands of CASIC receivers (AT6558, ATGM336H), which most BeiDou modules of vehicle terminals are. */
import { type FieldCell, named, others, whole } from '../field-cells.ts';
import { sentence } from '../sentence-type.ts';

export const PCAS01 = sentence('PCAS01', 'setBaudRate', '波特率设置', {
  baud: named({ 0: '4800', 1: '9600', 2: '19200', 3: '38400', 4: '57600', 5: '115200' }),
});

export const PCAS02 = sentence('PCAS02', 'setFixInterval', '定位更新率设置', { intervalMs: whole(1, 0, 65_535) });

const rate = whole(1, 0, 9);

/** How many fixes lie between two sentences of a kind; 0 is never. */
export const PCAS03 = sentence('PCAS03', 'setSentenceRates', '语句输出频率设置', {
  gga: rate,
  gll: rate,
  gsa: rate,
  gsv: rate,
  rmc: rate,
  vtg: rate,
  zda: rate,
  txt: rate,
  others,
});

const CONSTELLATIONS = ['gps', 'beidou', 'glonass'] as const;

/** A bit a system. */
const constellations: FieldCell<readonly string[]> = {
  read(from) {
    const bits = whole(1, 0, 7).read(from, {});
    return bits === undefined ? undefined : CONSTELLATIONS.filter((_, i) => ((bits >> i) & 1) === 1);
  },
  write(value, out) {
    const bits = CONSTELLATIONS.reduce((all, name, i) => all | (value?.includes(name) === true ? 1 << i : 0), 0);
    out.push(value === undefined ? '' : String(bits));
  },
};

export const PCAS04 = sentence('PCAS04', 'setConstellations', '工作系统设置', { constellations });

export const PCAS06 = sentence('PCAS06', 'queryReceiver', '查询产品信息', { item: whole(1, 0, 9) });

export const PCAS10 = sentence('PCAS10', 'restart', '重启', {
  start: named({ 0: 'hot', 1: 'warm', 2: 'cold', 3: 'factory' }),
});
