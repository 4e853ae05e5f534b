/** Parts of a sub-packaged message asked for again, by either side. They are sent as they were, serials included. */
import { list, prefix, revised, u16 } from '../schema/field.ts';
import { type Layout, message } from '../schema/message.ts';

const originalSerial = u16.about('原始消息流水号', 'of the first part');
const counted = (size: 1 | 2) => list(prefix(size, 'count'), u16);
const packageIds = revised({ 2011: counted(1), 2013: counted(1), 2019: counted(2) }).about(
  '重传包ID列表',
  'numbers of parts, ascending',
);
/** One platform of 2019 goes on writing the count of 2013. */
const otherEditions: readonly Layout[] = [
  { quirk: 'other-edition', revisions: [2019], as: 2013 },
  { quirk: 'other-edition', revisions: [2011, 2013], as: 2019 },
];

export const terminalResendRequest = message(
  0x0005,
  'terminalResendRequest',
  {
    zh: '终端补传分包请求',
    en: 'Terminal retransmission request for sub-packages',
    from: 'terminal',
    revisions: [2019],
  },
  { originalSerial, packageIds },
  otherEditions,
);

export const platformResendRequest = message(
  0x8003,
  'platformResendRequest',
  {
    zh: '服务器补传分包请求',
    en: 'Platform retransmission request for sub-packages',
    from: 'platform',
    revisions: [2013, 2019],
  },
  { originalSerial, packageIds },
  otherEditions,
);
