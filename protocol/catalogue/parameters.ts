/** Terminal parameters: set (0x8103), asked for (0x8104) and told (0x0104). */
import { items, prefix, u16 } from '../schema/field.ts';
import { message } from '../schema/message.ts';
import { PARAMETERS } from './parameter-table.ts';

const params = items({ id: 4, count: prefix(1, 'count') }, PARAMETERS).about('参数项列表');

export const setTerminalParameters = message(
  0x8103,
  'setTerminalParameters',
  {
    zh: '设置终端参数',
    en: 'Set terminal parameters',
    from: 'platform',
    revisions: [2011, 2013, 2019],
    replies: [0x0001],
  },
  { params },
);

export const queryTerminalParameters = message(
  0x8104,
  'queryTerminalParameters',
  {
    zh: '查询终端参数',
    en: 'Query all terminal parameters',
    from: 'platform',
    revisions: [2011, 2013, 2019],
    replies: [0x0104],
  },
  {},
);

export const queryParametersResponse = message(
  0x0104,
  'queryParametersResponse',
  { zh: '查询终端参数应答', en: 'Query-parameters response', from: 'terminal', revisions: [2011, 2013, 2019] },
  { replySerial: u16.about('应答流水号', 'of the 0x8104 or 0x8106'), params },
);
