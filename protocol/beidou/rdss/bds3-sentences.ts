/** Sentences of BeiDou-3 regional short messages: more beams, several uplinks, longer messages. */
import { decimal, either, type FieldCell, namedOrText, others, whole, word } from '../field-cells.ts';
import { required } from '../cell.ts';
import { sentence } from '../sentence-type.ts';
import { timeInSeconds, timeOfDay } from '../time-cells.ts';
import { FORMS_BDS3, innerContent, lastContent } from './content.ts';
import { card, numbers } from './rdss-cells.ts';

export const CCICR = sentence('CCICR', 'cardQuery', 'IC检测', { kind: whole(1, 0, 9), frame: word });

const MIDDLE = 10;
/** Fields between the user class and the service interval: makers fill them each in their own way. */
const middle: FieldCell<readonly string[]> = {
  read: (from) => Array.from({ length: MIDDLE }, () => from.raw()),
  write(value = [], out) {
    for (let i = 0; i < MIDDLE; i++) out.push(value[i] ?? '');
  },
};

export const BDICP = sentence('BDICP', 'cardInfo', 'IC信息', {
  card: required(card),
  broadcastAddress: card,
  userClass: whole(1, 0, 99),
  attributes: middle,
  /** Seconds. */
  serviceInterval: decimal,
  /** 0 stands for level 5. */
  level: whole(1, 0, 9),
  others,
});

const form = required(namedOrText(FORMS_BDS3));

export const CCTCQ = sentence('CCTCQ', 'messageRequest', '通信申请', {
  destination: required(card),
  /** Uplink 1 to 5: Lf0 to Lf4. */
  frequency: whole(1, 0, 9),
  confirm: either('2', '1'),
  form,
  content: innerContent('form'),
  /** Seconds; 0 once. */
  interval: whole(1, 0, 65_535),
});

export const BDTCI = sentence('BDTCI', 'message', '通信信息', {
  sender: required(card),
  receiver: card,
  frequency: whole(1, 0, 9),
  time: timeInSeconds,
  form,
  reserved: word,
  content: lastContent('form'),
});

/** The time stands first, the command second: BeiDou-2 has it the other way. */
export const BDFKI3 = sentence(
  'BDFKI',
  'feedback',
  '反馈信息',
  {
    time: timeInSeconds,
    command: required(word),
    executed: either('Y', 'N'),
    reason: namedOrText({
      0: 'none',
      1: 'intervalNotReached',
      2: 'suppressed',
      3: 'radioSilence',
      4: 'notLocked',
      5: 'noCard',
      6: 'noPermission',
    }),
    waitSeconds: whole(1, 0, 99_999),
  },
  { fits: ([first = '']) => /^\d/.test(first) },
);

/** Strength of one beam, dB-Hz: two values, and for BeiDou-3 a third, which is 0. */
export interface BeamPower {
  readonly beam: number;
  readonly values: readonly number[];
}

const number = whole(1, 0, 999);

function beamPowers(width: number): FieldCell<readonly BeamPower[]> {
  return {
    read(from) {
      const count = whole(2, 0, 99).read(from, {}) ?? 0;
      if (count * (width + 1) > from.left)
        return from.refuse('RANGE', `${count} beams take ${count * (width + 1)} fields, there are ${from.left}`);
      return Array.from({ length: count }, () => ({
        beam: number.read(from, {}) ?? 0,
        values: Array.from({ length: width }, () => number.read(from, {}) ?? 0),
      }));
    },
    write(value = [], out) {
      whole(2, 0, 99).write(value.length, out, {});
      for (const { beam, values } of value) {
        number.write(beam, out, {});
        for (let i = 0; i < width; i++) number.write(values[i] ?? 0, out, {});
      }
    },
  };
}

export const BDPWI = sentence('BDPWI', 'beamPower', '波束功率', {
  /** Midnight sharp where the machine has no time. */
  time: timeOfDay,
  beams2: beamPowers(2),
  beams3: beamPowers(3),
});

export const BDSNR = sentence('BDSNR', 'beamStrengths', '波束载噪比', { strengths: numbers(decimal) });
