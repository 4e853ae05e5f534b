/** Links between platforms: login, keep-alive and closing. JT/T 809 5.1 main link, 5.2 sub link. */
import { ascii, enumeration, u16, u32 } from '../../schema/field.ts';
import { both, exchange } from '../message.ts';

const user = u32.about('用户名');
const password = ascii(8).about('密码');
const address = {
  ip: ascii(32).about('下级平台提供对应的从链路服务端IP地址'),
  port: u16.about('下级平台提供对应的从链路服务器端口号'),
} as const;
const verifyCode = u32.about('校验码');

const restart = enumeration(1, { restart: 0, other: 1 });

export const LINK_MESSAGES = [
  exchange(
    0x1001,
    'mainLogin',
    { zh: '主链路登录请求', en: 'Main link login', constant: 'UP_CONNECT_REQ', reply: 0x1002 },
    {
      2011: [{ user, password, ...address }],
      2019: [{ user, password, centerId: u32.about('下级平台接入码'), ...address }],
    },
  ),
  exchange(
    0x1002,
    'mainLoginResponse',
    { zh: '主链路登录应答', en: 'Main link login response', constant: 'UP_CONNECT_RSP' },
    both({
      result: enumeration(1, {
        success: 0,
        wrongAddress: 1,
        wrongCenterId: 2,
        unknownUser: 3,
        wrongPassword: 4,
        busy: 5,
        other: 6,
      }).about('验证结果', '255 is met for other'),
      verifyCode,
    }),
  ),
  exchange(
    0x1003,
    'mainLogout',
    { zh: '主链路注销请求', en: 'Main link logout', constant: 'UP_DISCONNECT_REQ', reply: 0x1004 },
    both({ user, password }),
  ),
  exchange(
    0x1004,
    'mainLogoutResponse',
    { zh: '主链路注销应答', en: 'Main link logout response', constant: 'UP_DISCONNECT_RSP' },
    both({}),
  ),
  exchange(
    0x1005,
    'mainLinkTest',
    { zh: '主链路连接保持请求', en: 'Main link keep-alive', constant: 'UP_LINKTEST_REQ', reply: 0x1006 },
    both({}),
  ),
  exchange(
    0x1006,
    'mainLinkTestResponse',
    { zh: '主链路连接保持应答', en: 'Main link keep-alive response', constant: 'UP_LINKTEST_RSP' },
    both({}),
  ),
  exchange(
    0x1007,
    'mainLinkBroken',
    { zh: '主链路断开通知', en: 'Main link is broken, said on the sub link', constant: 'UP_DISCONNECT_INFORM' },
    both({ reason: enumeration(1, { disconnected: 0, other: 1 }).about('错误代码') }),
  ),
  exchange(
    0x1008,
    'lowerCloses',
    { zh: '下级平台主动关闭链路通知', en: 'The lower platform closes its links', constant: 'UP_CLOSELINK_INFORM' },
    both({ reason: restart.about('链路关闭原因') }),
  ),
  exchange(
    0x9001,
    'subLogin',
    { zh: '从链路连接请求', en: 'Sub link login', constant: 'DOWN_CONNECT_REQ', reply: 0x9002 },
    both({ verifyCode }),
  ),
  exchange(
    0x9002,
    'subLoginResponse',
    { zh: '从链路连接应答', en: 'Sub link login response', constant: 'DOWN_CONNECT_RSP' },
    both({ result: enumeration(1, { success: 0, wrongVerifyCode: 1, busy: 2, other: 3 }).about('验证结果') }),
  ),
  exchange(
    0x9003,
    'subLogout',
    { zh: '从链路注销请求', en: 'Sub link logout', constant: 'DOWN_DISCONNECT_REQ', reply: 0x9004 },
    both({ verifyCode }),
  ),
  exchange(
    0x9004,
    'subLogoutResponse',
    { zh: '从链路注销应答', en: 'Sub link logout response', constant: 'DOWN_DISCONNECT_RSP' },
    both({}),
  ),
  exchange(
    0x9005,
    'subLinkTest',
    { zh: '从链路连接保持请求', en: 'Sub link keep-alive', constant: 'DOWN_LINKTEST_REQ', reply: 0x9006 },
    both({}),
  ),
  exchange(
    0x9006,
    'subLinkTestResponse',
    { zh: '从链路连接保持应答', en: 'Sub link keep-alive response', constant: 'DOWN_LINKTEST_RSP' },
    both({}),
  ),
  exchange(
    0x9007,
    'subLinkBroken',
    { zh: '从链路断开通知', en: 'Sub link is broken, said on the main link', constant: 'DOWN_DISCONNECT_INFORM' },
    both({ reason: enumeration(1, { unreachable: 0, disconnected: 1, other: 2 }).about('错误代码') }),
  ),
  exchange(
    0x9008,
    'upperCloses',
    { zh: '上级平台主动关闭链路通知', en: 'The upper platform closes its links', constant: 'DOWN_CLOSELINK_INFORM' },
    both({ reason: restart.about('链路关闭原因') }),
  ),
] as const;
