/** What a dispatcher sends to a driver: texts, calls and the phone book. */
import { differs, enumeration, flags, list, optional, prefix, revised, since, struct, text } from '../schema/field.ts';
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

export const phoneCallback = message(
  0x8400,
  'phoneCallback',
  { zh: '电话回拨', en: 'Phone callback', from: 'platform', revisions: [2011, 2013, 2019], replies: [0x0001] },
  {
    flag: enumeration(1, { normalCall: 0, listenIn: 1 }).about('标志'),
    phone: text('rest').about('电话号码', 'at most 20 octets'),
  },
);

export const setPhoneBook = message(
  0x8401,
  'setPhoneBook',
  { zh: '设置电话本', en: 'Set phone book', from: 'platform', revisions: [2011, 2013, 2019], replies: [0x0001] },
  {
    setType: enumeration(1, { deleteAllContacts: 0, update: 1, append: 2, modify: 3 }).about(
      '设置类型',
      'update replaces all; modify goes by the name of the contact',
    ),
    // Deleting all needs no list; it is written with a count of 0, and read with none too.
    contacts: optional(
      list(
        prefix(1, 'count'),
        struct({
          flag: enumeration(1, { incoming: 1, outgoing: 2, incomingAndOutgoing: 3 }).about('标志'),
          phone: text(prefix(1, 'phoneLength')).about('电话号码'),
          name: text(prefix(1, 'nameLength')).about('联系人'),
        }),
      ),
      differs('setType', 0),
    ).about('联系人项'),
  },
);
