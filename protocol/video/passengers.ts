/** How many got on and off: 0x1005. */
import { time, u16 } from '../schema/field.ts';
import { message } from '../schema/message.ts';
import { REVISIONS_OF_VIDEO as revisions } from './media.ts';

export const passengerVolume = message(
  0x1005,
  'passengerVolume',
  { zh: '终端上传乘客流量', en: 'Passenger volume', from: 'terminal', revisions, replies: [0x8001] },
  {
    start: time.about('起始时间'),
    end: time.about('结束时间'),
    boarded: u16.about('上车人数'),
    alighted: u16.about('下车人数'),
  },
);
