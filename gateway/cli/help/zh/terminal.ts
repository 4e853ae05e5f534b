/** The tools for one terminal at hand. */
import type { HelpTexts } from '../help-text.ts';

export const TERMINAL: HelpTexts = {
  'talk to one terminal by serial, TCP or a gateway: parameters, pictures, live traffic, captures':
    '经串口、TCP 或网关操作一台终端：参数、照片、实时通信、抓包',
  'talk to one terminal: parameters, texts, pictures, live traffic, captures; by serial, TCP or a gateway':
    '操作一台终端：参数、文本、照片、实时通信、抓包；经串口、TCP 或网关',
  'it is on this serial port, such as /dev/ttyUSB0': '终端所在串口，如 /dev/ttyUSB0',
  'of the port; auto finds it': '串口波特率；auto 为自动识别',
  'wait for it to dial this port, such as 0.0.0.0:8808; default: 127.0.0.1:8808':
    '等待终端拨入此端口，如 0.0.0.0:8808；默认 127.0.0.1:8808',
  'it is connected to this gateway; without a URL, to that of the data folder':
    '终端已连接到此网关；不给 URL 则为数据目录的网关',
  'API token for it; else that in first-run.json': '网关的 API 令牌；默认取 first-run.json',
  'only this terminal; needed with --gateway': '只与此终端；用 --gateway 时必须给出',
  'read items as this maker has them': '按此厂商解读附加项',
  'authentication code for a terminal that registers': '终端注册时给它的鉴权码',
  'run this command instead of a prompt; may be given again': '执行此命令，不进入提示符；可多次给出',
  'go on after a command that failed': '命令失败后继续',
  'for the terminal to speak, before the first command of a script': '脚本首条命令前最多等待终端这么久',
  'confirm what can do harm': '确认可能造成损害的操作',
  'Without -e and with a terminal to type at, it is a prompt with history and completion; lines of a pipe are run like those of -e. The commands: status attributes locate track get set text control lock unlock photo send inject watch follow wait capture show replay help exit; help COMMAND explains one.':
    '没有 -e 且有键盘时，进入带历史和补全的提示符；管道输入的行与 -e 一样执行。命令：status attributes locate track get set text control lock unlock photo send inject watch follow wait capture show replay help exit；help 命令名 说明用法。',
  'Exit code: 0 done, 1 a command failed or no terminal came, 2 wrong usage.':
    '退出码：0 完成，1 命令失败或终端未出现，2 用法错误。',
};
