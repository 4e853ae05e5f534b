/** Terminal parameters: set (0x8103), asked for (0x8104) and told (0x0104). */
import { items, list, prefix, u8, u16, u32 } from '../schema/field.ts';
import { type Layout, message } from '../schema/message.ts';
import type { Shape } from '../schema/field.ts';
import { PARAMETER_RANGES, PARAMETERS } from './parameter-table.ts';

const counted = (name: string) =>
  items({ id: 4, count: prefix(1, name), ranges: PARAMETER_RANGES }, PARAMETERS).about('参数项列表');
const params = counted('count');
/** 2011 prints a second count, of the parameters in this package, behind that of all of them. */
function packageCount(head: Shape): Layout {
  return {
    quirk: 'package-count',
    revisions: [2011, 2013],
    body: { ...head, count: u8.about('参数总数'), params: counted('packageCount') },
  };
}

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
  [packageCount({})],
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

const replySerial = u16.about('应答流水号', 'of the 0x8104 or 0x8106');

export const queryParametersResponse = message(
  0x0104,
  'queryParametersResponse',
  { zh: '查询终端参数应答', en: 'Query-parameters response', from: 'terminal', revisions: [2011, 2013, 2019] },
  { replySerial, params },
  [packageCount({ replySerial })],
);

export const queryGivenTerminalParameters = message(
  0x8106,
  'queryGivenTerminalParameters',
  {
    zh: '查询指定终端参数',
    en: 'Query given terminal parameters',
    from: 'platform',
    revisions: [2013, 2019],
    replies: [0x0104],
  },
  { paramIds: list(prefix(1, 'count'), u32).about('参数ID列表') },
);
