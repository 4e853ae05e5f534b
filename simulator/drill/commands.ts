/** What an instructor does to a terminal and its vehicle, by name: at a prompt, or in a script. */
import type { LocalEvent } from '../firmware/effects.ts';
import { readWords, type Words, WRITABLE } from './words.ts';
import type { Causes } from '../world/causes.ts';

/** What a command does: causes that change, an event at the terminal, or the charge of the battery inside. */
export interface Deed {
  readonly causes?: Partial<Causes>;
  readonly event?: LocalEvent;
  readonly charge?: number;
  /** What somebody wrote into it at a bench, and what is printed on it. */
  readonly words?: Words;
  /** As if it had been on for long: booted, and the receiver knows the sky. */
  readonly awake?: true;
}

export interface DrillCommand {
  readonly zh: string;
  readonly en: string;
  /** What it takes behind its name, if anything; a number. */
  readonly value?: { readonly name: string; readonly min: number; readonly max: number; readonly usual: number };
  deed(causes: Readonly<Causes>, value: number): Deed;
}

const JAMMED_DBM = -72;
const QUIET_DBM = -140;
const QUIET_DB = -40;
const JAMMED_DB = 20;
const COVERED_DB = 35;

/** Volts of a vehicle at rest, and with its engine running. */
const REST_V = { 12: 12.6, 24: 25.2 } as const;
const CHARGING_V = { 12: 13.9, 24: 27.8 } as const;

const restored = ({ system, engine }: Readonly<Causes>): number => (engine ? CHARGING_V : REST_V)[system];

export const DRILL_COMMANDS: Readonly<Record<string, DrillCommand>> = {
  'cut-power': { zh: '断开主电源', en: 'cut the main supply', deed: () => ({ causes: { supply: 0 } }) },
  'restore-power': {
    zh: '恢复主电源',
    en: 'restore the main supply',
    deed: (causes) => ({ causes: { supply: restored(causes) } }),
  },
  voltage: {
    zh: '主电源电压',
    en: 'set the main supply',
    value: { name: 'volts', min: 0, max: 36, usual: 12.6 },
    deed: (_causes, value) => ({ causes: { supply: value } }),
  },
  'remove-battery': {
    zh: '取下备用电池',
    en: 'take the battery out',
    deed: () => ({ causes: { backupPresent: false } }),
  },
  'insert-battery': { zh: '装上备用电池', en: 'put the battery in', deed: () => ({ causes: { backupPresent: true } }) },
  charge: {
    zh: '备用电池电量',
    en: 'set the charge of the battery',
    value: { name: 'percent', min: 0, max: 100, usual: 100 },
    deed: (_causes, value) => ({ charge: value / 100 }),
  },
  'unplug-antenna': { zh: '拔下卫星天线', en: 'unplug the antenna', deed: () => ({ causes: { gnssAntenna: 'open' } }) },
  'short-antenna': { zh: '短接卫星天线', en: 'short the antenna', deed: () => ({ causes: { gnssAntenna: 'short' } }) },
  'plug-antenna': { zh: '插上卫星天线', en: 'plug the antenna in', deed: () => ({ causes: { gnssAntenna: 'ok' } }) },
  'cover-antenna': { zh: '遮挡天线', en: 'cover the antenna', deed: () => ({ causes: { gnssCover: COVERED_DB } }) },
  'uncover-antenna': { zh: '移去遮挡', en: 'uncover the antenna', deed: () => ({ causes: { gnssCover: 0 } }) },
  jam: {
    zh: '开启干扰器',
    en: 'switch a jammer on',
    deed: () => ({ causes: { gnssJam: JAMMED_DBM, cellJam: JAMMED_DB } }),
  },
  unjam: {
    zh: '关闭干扰器',
    en: 'switch the jammer off',
    deed: () => ({ causes: { gnssJam: QUIET_DBM, cellJam: QUIET_DB } }),
  },
  'open-case': { zh: '打开外壳', en: 'open the case', deed: () => ({ causes: { caseOpen: true } }) },
  'close-case': { zh: '合上外壳', en: 'close the case', deed: () => ({ causes: { caseOpen: false } }) },
  'remove-unit': { zh: '拆下终端', en: 'take the unit off its mount', deed: () => ({ causes: { mount: 'removed' } }) },
  'mount-unit': { zh: '装回终端', en: 'mount the unit', deed: () => ({ causes: { mount: 'fixed' } }) },
  'pull-sim': { zh: '拔出 SIM 卡', en: 'pull the SIM', deed: () => ({ causes: { sim: 'removed' } }) },
  'insert-sim': { zh: '插入 SIM 卡', en: 'insert the SIM', deed: () => ({ causes: { sim: 'ok' } }) },
  'cut-acc': { zh: '剪断 ACC 线', en: 'cut the ACC wire', deed: () => ({ causes: { accWire: 'cut' } }) },
  'tie-acc': { zh: 'ACC 线接常电', en: 'tie the ACC wire high', deed: () => ({ causes: { accWire: 'tied_high' } }) },
  'mend-acc': { zh: '修复 ACC 线', en: 'mend the ACC wire', deed: () => ({ causes: { accWire: 'ok' } }) },
  'key-on': {
    zh: '点火',
    en: 'turn the key',
    deed: ({ system }) => ({ causes: { acc: true, engine: true, supply: CHARGING_V[system] } }),
  },
  'key-off': {
    zh: '熄火',
    en: 'turn the key back',
    deed: ({ system }) => ({ causes: { acc: false, engine: false, speed: 0, supply: REST_V[system] } }),
  },
  drive: {
    zh: '行驶',
    en: 'drive',
    value: { name: 'km/h', min: 0, max: 200, usual: 40 },
    deed: (_causes, value) => ({ causes: { speed: value } }),
  },
  'cut-pulses': { zh: '剪断脉冲线', en: 'cut the speed wire', deed: () => ({ causes: { vss: 'cut' } }) },
  'mend-pulses': { zh: '修复脉冲线', en: 'mend the speed wire', deed: () => ({ causes: { vss: 'ok' } }) },
  clock: {
    zh: '终端时钟偏差',
    en: 'set its clock wrong',
    value: { name: 'seconds', min: -86_400, max: 86_400, usual: 600 },
    deed: (_causes, value) => ({ causes: { clockOffset: value } }),
  },
  sos: {
    zh: '按下紧急报警',
    en: 'press the emergency switch',
    deed: () => ({ event: { what: 'alarm', name: 'emergency', on: true } }),
  },
  awake: { zh: '视为已开机许久', en: 'as if it had been on for long', deed: () => ({ awake: true }) },
  reboot: { zh: '重启', en: 'restart it', deed: () => ({ event: { what: 'reboot' } }) },
  'cold-start': { zh: '接收机冷启动', en: 'make the receiver forget', deed: () => ({ event: { what: 'coldStart' } }) },
};

const SET = 'set';
const WRITE = { zh: '写入', en: `write into it: ${WRITABLE}` } as const;

/** A command as it was typed: what to do, or in one line what was expected. */
export function readCommand(text: string): { command: DrillCommand; value: number } | { wrong: string } {
  const [name = '', given, ...rest] = text.trim().split(/\s+/);
  if (name === SET) {
    const words = readWords(text.trim().slice(SET.length).trim());
    if ('wrong' in words) return words;
    return { command: { ...WRITE, deed: () => ({ words }) }, value: 0 };
  }
  const command = Object.hasOwn(DRILL_COMMANDS, name) ? DRILL_COMMANDS[name] : undefined;
  if (command === undefined)
    return { wrong: `'${name}' is no command, expected one of ${[...Object.keys(DRILL_COMMANDS), SET].join(' ')}` };
  const { value } = command;
  if (value === undefined) {
    if (given !== undefined) return { wrong: `${name} takes nothing behind it, got '${given}'` };
    return { command, value: 0 };
  }
  const number = given === undefined ? value.usual : Number(given);
  if (rest.length > 0 || !(number >= value.min && number <= value.max))
    return {
      wrong: `${name} is '${[given, ...rest].join(' ')}', expected ${value.name} from ${value.min} to ${value.max}`,
    };
  return { command, value: number };
}
