/** The tools for frames and sentences. */
import type { HelpTexts } from '../help-text.ts';

export const FRAMES: HelpTexts = {
  'frames in hex → messages': '十六进制帧 → 消息',
  'one JSON object per frame and line': '每帧一行 JSON 对象',
  'form of the output': '输出格式',
  'form of the input': '输入格式',
  "read the maker's own items and messages": '按此厂商解读其自定义附加项和消息',
  'frames, with or without spaces, 0x and flags; - reads lines from stdin':
    '帧，可带空格、0x 和标识位，也可不带；- 表示从标准输入按行读取',
  'messages as JSON lines on stdin → frames in hex': '标准输入的 JSON 行消息 → 十六进制帧',
  'one JSON object per message and line': '每条消息一行 JSON 对象',
  '- for stdin, which is read anyway': '- 表示标准输入（总是读它）',
  'A message is {"name" or "id", "phone" or "terminal", "serial", "revision", "body"}; a body that is too long for one frame becomes several. A line that cannot be encoded is told on stderr (with --json on stdout), and the others are encoded.':
    '消息为 {"name" 或 "id", "phone" 或 "terminal", "serial", "revision", "body"}；消息体过长时自动分包。不能编码的行在标准错误说明（--json 时在标准输出），其余照常编码。',
  'Exit code: 0 every line was encoded, 1 one was not.': '退出码：0 每一行都已编码，1 有行未能编码。',
  'frames in hex → what every octet means': '十六进制帧 → 每个字节的含义',
  'Offsets count the octets of the line, escapes included. A frame with a fault is explained as far as it goes.':
    '偏移按该行的字节计，含转义字节。有错的帧解释到能解释之处。',
  'frames between platforms (JT/T 809) in hex → JSON lines': '平台间（JT/T 809）十六进制帧 → JSON 行',
  'JT/T 809 frames in hex → one JSON object per line': 'JT/T 809 十六进制帧 → 每行一个 JSON 对象',
  'the constants that the platforms encipher with': '平台加密所用的常量',
  'what the platforms speak, where frames do not tell': '平台所用版本（帧中看不出时）',
  'frames, with or without spaces and 0x; - reads lines from stdin':
    '帧，可带空格和 0x，也可不带；- 表示从标准输入按行读取',
  'A line of one frame gives the message, or {"ok":false,"reason":…}; a line of several gives {"ok":…,"frames":[…]}. Coordinates are signed degrees, times ISO 8601 in UTC+8. An enciphered body stays {"hex":…} without --key. Exit code: 0 every frame was understood, 1 one was not.':
    '一行一帧时给出消息或 {"ok":false,"reason":…}；一行多帧时给出 {"ok":…,"frames":[…]}。坐标为带符号的度，时间为 ISO 8601（UTC+8）。没有 --key 时加密的消息体保持 {"hex":…}。退出码：0 每一帧都已解析，1 有帧未能解析。',
  'NMEA sentences of a BeiDou receiver → JSON lines, or fixes': '北斗接收机 NMEA 语句 → JSON 行，或定位结果',
  'NMEA 0183 sentences of a BeiDou receiver → one JSON line each': '北斗接收机 NMEA 0183 语句 → 每句一行 JSON',
  'one JSON line for every fix, folded from its sentences': '把一次定位的各语句合为一行 JSON',
  'take sentences without a check code too': '也接受没有校验码的语句',
  'what the receiver adds to BeiDou numbers of 141 to 200': '接收机给北斗卫星号（141 至 200）所加的偏移',
  'whose signal ids: early u-blox F9 says 3 for B2I': '信号编号按谁的：早期 u-blox F9 以 3 表示 B2I',
  'sentences; - or none reads lines from stdin': '语句；- 或不给则从标准输入按行读取',
  'BeiDou short-message sentences or binary frames in hex → JSON lines': '北斗短报文语句或十六进制二进制帧 → JSON 行',
  'BeiDou short-message sentences (2.1, BDS-3) or binary frames in hex (4.0) → one JSON line each':
    '北斗短报文语句（2.1、北斗三号）或十六进制二进制帧（4.0）→ 每条一行 JSON',
  'sentences, or frames in hex; - or none reads lines from stdin': '语句或十六进制帧；- 或不给则从标准输入按行读取',
  'JSON Schema of message bodies': '消息体的 JSON Schema',
  'edition of the standard': '标准版本',
  'its name, or its id as 0x0200': '消息名，或 ID（如 0x0200）',
  'AsyncAPI 3 of what is told over MQTT, instead': '改为输出 MQTT 接口的 AsyncAPI 3 描述',
  'JSON Schema of a payload of MQTT, instead': '改为输出一种 MQTT 载荷的 JSON Schema',
  'Without a message: one line for each, {"id","name","revision","schema"}.':
    '不给消息时：每种一行，{"id","name","revision","schema"}。',
  'Exit code: 0 done, 1 there is no such message.': '退出码：0 完成，1 没有此消息。',
  'a dissector for Wireshark': '生成 Wireshark 解析插件',
  'a dissector for Wireshark, in Lua, on stdout': '在标准输出生成 Wireshark 的 Lua 解析插件',
  "Put the file into Wireshark's folder of personal Lua plugins (Help > About > Folders). Ports are a preference.":
    '放进 Wireshark 的个人 Lua 插件目录（帮助 > 关于 > 文件夹）。端口可在首选项中设置。',
};
