/** What a dispatcher sends to a driver. */
import { enumeration, flags, revised, since, text } from '../schema/field.ts';
import type { Bits } from '../schema/bits.ts';
import { message } from '../schema/message.ts';

const BEFORE_2019 = { urgent: 0, display: 2, tts: 3, adScreen: 4, canFault: 5 } as const;
/** 2019 makes a number of bits 0 and 1, and takes the advertising screen away. */
const SINCE_2019 = {
  category: { bit: 0, width: 2, names: { service: 1, urgent: 2, notification: 3 } },
  display: 2,
  tts: 3,
  canFault: 5,
} as const;

type Flag = keyof typeof BEFORE_2019 | keyof typeof SINCE_2019.category.names;

export const textMessage = message(
  0x8300,
  'textMessage',
  { zh: '文本信息下发', en: 'Text message', from: 'platform', revisions: [2011, 2013, 2019], replies: [0x0001] },
  {
    flag: revised<Bits<Flag>>({
      2011: flags(1, BEFORE_2019),
      2013: flags(1, BEFORE_2019),
      2019: flags(1, SINCE_2019),
    }).about('标志'),
    textType: since(2019, enumeration(1, { notification: 1, service: 2 })).about('文本类型'),
    text: text('rest').about('文本信息', 'at most 1024 octets'),
  },
);
