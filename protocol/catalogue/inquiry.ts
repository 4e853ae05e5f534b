/** Events, questions and information on demand: what 2019 took away, and terminals of that edition still send. */
import { differs, enumeration, flags, list, optional, prefix, struct, text, u8, u16 } from '../schema/field.ts';
import { message } from '../schema/message.ts';

export const eventReport = message(
  0x0301,
  'eventReport',
  { zh: '事件报告', en: 'Event report', from: 'terminal', revisions: [2011, 2013], replies: [0x8001] },
  { eventId: u8.about('事件ID', 'as 0x8301 set it') },
);

export const setEvents = message(
  0x8301,
  'setEvents',
  { zh: '事件设置', en: 'Set events', from: 'platform', revisions: [2011, 2013], replies: [0x0001] },
  {
    setType: enumeration(1, { deleteAllEvents: 0, update: 1, append: 2, modify: 3, deleteGivenEvents: 4 }).about(
      '设置类型',
      'update replaces all; to delete given events their content is empty',
    ),
    events: optional(
      list(
        prefix(1, 'count'),
        struct({
          eventId: u8.about('事件ID', 'overwrites an event of the same id'),
          content: text(prefix(1, 'contentLength')).about('事件内容'),
        }),
      ),
      differs('setType', 0),
    ).about('事件项列表'),
  },
);

export const questionAnswer = message(
  0x0302,
  'questionAnswer',
  { zh: '提问应答', en: 'Question answer', from: 'terminal', revisions: [2011, 2013] },
  { replySerial: u16.about('应答流水号', 'of the 0x8302'), answerId: u8.about('答案ID') },
);

export const askQuestion = message(
  0x8302,
  'askQuestion',
  { zh: '提问下发', en: 'Ask a question', from: 'platform', revisions: [2011, 2013], replies: [0x0001, 0x0302] },
  {
    flag: flags(1, { urgent: 0, tts: 3, adScreen: 4 }).about('标志'),
    question: text(prefix(1, 'questionLength')).about('问题'),
    answers: list(
      'rest',
      struct({ answerId: u8.about('答案ID'), content: text(prefix(2, 'contentLength')).about('答案内容') }),
    ).about('候选答案列表'),
  },
);

export const informationOnDemand = message(
  0x0303,
  'informationOnDemand',
  {
    zh: '信息点播/取消',
    en: 'Information on demand / cancel',
    from: 'terminal',
    revisions: [2011, 2013],
    replies: [0x8001],
  },
  {
    infoType: u8.about('信息类型', 'of the menu of 0x8303'),
    flag: enumeration(1, { cancel: 0, request: 1 }).about('点播/取消标志'),
  },
);

export const setInformationOnDemandMenu = message(
  0x8303,
  'setInformationOnDemandMenu',
  {
    zh: '信息点播菜单设置',
    en: 'Set information-on-demand menu',
    from: 'platform',
    revisions: [2011, 2013],
    replies: [0x0001],
  },
  {
    setType: enumeration(1, { deleteAllItems: 0, update: 1, append: 2, modify: 3 }).about(
      '设置类型',
      'update replaces all',
    ),
    items: optional(
      list(
        prefix(1, 'count'),
        struct({
          infoType: u8.about('信息类型', 'overwrites an item of the same type'),
          name: text(prefix(2, 'nameLength')).about('信息名称'),
        }),
      ),
      differs('setType', 0),
    ).about('信息项列表'),
  },
);

export const informationService = message(
  0x8304,
  'informationService',
  { zh: '信息服务', en: 'Information service', from: 'platform', revisions: [2011, 2013], replies: [0x0001] },
  { infoType: u8.about('信息类型', 'as 0x0303 asked for it'), content: text(prefix(2, 'length')).about('信息内容') },
);
