/** Accounts, and who lets whom in. */
import type { HelpTexts } from '../help-text.ts';

export const ACCOUNTS: HelpTexts = {
  'accounts: add, list, disable, rotate': '账号：新增、列出、停用、更换密钥',
  'accounts: who may get in, over HTTP and on the embedded broker': '账号：谁可以登录 HTTP 接口和内置代理',
  'make an account; its secrets are told once': '新建账号；密钥只显示一次',
  'what it is for': '角色',
  'GB/T 2260 code or its first 2 or 4 digits, which it is confined to': '限定的行政区划：GB/T 2260 代码或其前 2、4 位',
  'from then on it opens nothing, ISO 8601; of a third party 90 days unless given':
    '到期时间（ISO 8601）；第三方账号默认 90 天',
  'made up unless given; others on this machine can see what is given': '默认自动生成；在命令行给出的会被本机他人看到',
  'give an account another role, division or end': '更改账号的角色、区划或到期时间',
  'what it is for from now on': '新的角色',
  'which it is confined to from now on': '新的限定区划',
  'from then on it opens nothing, ISO 8601; `never` takes the end away': '到期时间（ISO 8601）；`never` 为不到期',
  'give an account a new password and token; the old ones open nothing any more': '更换账号的密码和令牌；旧的立即失效',
  'give an account a new password and token; the old ones and its keys open nothing any more':
    '更换账号的密码和令牌；旧的及其密钥立即失效',
  'let an account open nothing any more; what it has open ends': '停用账号；已打开的连接随即结束',
  'let a disabled account in again': '重新启用已停用的账号',
  'end what an account has open in browsers': '结束账号在浏览器中的登录',
  'let an account in without the code of its second factor': '取消账号的第二因素验证码',
  'what accounts may say and hear, as a file for a broker elsewhere': '导出账号的主题权限，供外部代理使用',
  'whose file': '文件格式',
  'first levels of every topic, as mqtt.prefix': '主题前缀，同 mqtt.prefix',
  'the user that the gateway itself is at that broker, as mqtt.username': '网关在该代理上的用户名，同 mqtt.username',
  'as mqtt.dialect': '同 mqtt.dialect',
  'Passwords are not in it: only hashes of them are kept, in a form of our own. A broker that asks over HTTP needs no copy of anything: docs/access.md.':
    '其中没有密码：只保存自有格式的散列。通过 HTTP 询问的代理不需要任何副本，见 docs/access.md。',
  'all accounts, without secrets': '列出全部账号，不含密钥',
  'whether what gives an account something takes a second person': '给账号授予权限是否须第二人批准',
  'New accounts, more rights, divisions or time, certificates and accounts without their second factor then wait until somebody else with the role operator or supervisor approves them. It takes two such accounts. To switch it off takes two as well.':
    '此后新建账号，增加权限、区划或期限，证书，以及取消第二因素，都须由另一名 operator 或 supervisor 批准；因此需要两个这样的账号。关闭它同样需要两人。',
  'changes that wait for a second person': '等待第二人批准的更改',
  'let a change of somebody else through': '批准他人的更改',
  'turn a change down': '驳回更改',
  'of your account, with the role operator or supervisor': '你的账号的，角色须为 operator 或 supervisor',
  'of its second factor, where it has one': '其第二因素的，如有',
  'let a client certificate stand for an account': '让客户端证书代表账号',
  'let it do so no more': '不再让证书代表账号',
  'file with it (PEM), or its SHA-256': '证书文件（PEM），或其 SHA-256',
};
