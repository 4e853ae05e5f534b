/** The installer's tool. */
import type { HelpTexts } from '../help-text.ts';

export const COMMISSION: HelpTexts = {
  'set up and prove a terminal at its vehicle, or remove one; ends in a signed record':
    '在车上设置并验收终端，或拆除终端；最后生成签名记录',
  'it is on this serial port, such as /dev/ttyUSB0; without one, on the adapter that is there':
    '终端所在串口，如 /dev/ttyUSB0；不给则用现有的转接器',
  'work order that it is done on': '依据的工单',
  'orders and vehicles to take along: JSON lines of {"kind","fact"}': '随带的工单和车辆：{"kind","fact"} 的 JSON 行',
  'what the vehicle or terminal must be, over the order; may be given again':
    '车辆或终端应有的内容，优先于工单；可多次给出',
  'parameters and limits by unit or division, YAML or JSON': '按单位或区划的参数和限值，YAML 或 JSON',
  'install, replacement, removal or recycling; default: by the order':
    'install 安装、replacement 更换、removal 拆除或 recycling 回收；默认按工单',
  'all, none, or some of power,antenna,case,key,drive; default: all where it guides':
    'all、none，或 power,antenna,case,key,drive 中的若干；引导时默认 all',
  'who does it; default: the name of the login': '操作人；默认为登录名',
  'picture for the record; may be given again': '附入记录的照片；可多次给出',
  'where records go': '记录的目录',
  "folder of the installer's key, made at the first job; default: ~/.config/xingji":
    '安装人员密钥的目录，首次作业时生成；默认 ~/.config/xingji',
  'for the terminal to speak': '等待终端首次上报的时间',
  'jobs by a list with a column "order", one after another; broken off, it goes on':
    '按含 "order" 列的清单逐项作业；中断后可续',
  'ask nothing': '不提问',
  'a JSON line per step, the signed record last': '每步一行 JSON，最后为签名记录',
  'On a terminal it guides: says what to do at the vehicle, counts down, shows what is seen meanwhile. Elsewhere, or with --yes, it asks nothing; drills are done where --drills names them, and said on stderr. With --json each step is a line on stdout, the signed record the last. The record goes to --out as JSON and as a page to print.':
    '在终端窗口中逐步引导：说明在车上做什么，倒计时，并显示所见。其他情况或用 --yes 时不提问；--drills 所列的演练照做，并在标准错误说明。--json 时每步在标准输出一行，最后一行为签名记录。记录以 JSON 和可打印的网页存入 --out。',
  '--gateway beside --serial or --tcp is the gateway that the terminal reports to: orders come from it, drills are looked up there, an order goes there and back, and a job that passed moves the terminal on in its life. Without one those steps are left out, and the record can be handed in later.':
    '--gateway 与 --serial 或 --tcp 合用时，指终端上报的网关：工单由它取得，演练结果在它核对，命令经它往返一次，通过的作业推进终端的生命周期。没有网关时略去这些步骤，记录可事后提交。',
  'Exit code: 0 everything passed, 1 a step failed, 2 wrong usage, or no way to the terminal.':
    '退出码：0 全部通过，1 有步骤未通过，2 用法错误或无法连接终端。',
  'whether a record is as it was signed: exit code 0 genuine, 1 altered':
    '检查记录是否与签名时一致：退出码 0 真实，1 被改动',
  'and by this key (PEM): installer.pub of whoever signed it': '并检查是否由此密钥签名（PEM）：签名人的 installer.pub',
  'record in JSON': 'JSON 格式的记录',
  'a record as a page to print': '把记录生成可打印的网页',
  'HTML file to write': '要写的 HTML 文件',
  'hand in a record that was made without a gateway': '提交未接网关时生成的记录',
};
