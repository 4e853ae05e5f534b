/** What a response of 2019 names the request by. */
import { u16, u32 } from '../../schema/field.ts';

export const SOURCE = {
  sourceType: u16.about('对应请求消息源子业务类型标识', 'sub-type of the request, as a number'),
  sourceSerial: u32.about('对应请求消息源报文序列号'),
} as const;
