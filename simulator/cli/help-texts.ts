/** The Chinese of what `simulate` and `demo` say in their help, by their English. */

export const HELP_TEXTS: Readonly<Record<string, string>> = {
  'simulate one terminal or a fleet against a JT/T 808 platform': '针对 JT/T 808 平台模拟一台终端或一个车队',
  'platform: tcp://host:port or udp://host:port': '平台：tcp://主机:端口 或 udp://主机:端口',
  'how many': '终端数量',
  'between location reports of a terminal (default: 10s, or what its --profile says)':
    '终端位置汇报间隔（默认 10s，或由 --profile 决定）',
  'how long each terminal makes reports, from its power-on': '每台终端自上电起汇报多久',
  'wait at the end for answers and stored reports': '结束时等待应答和补传多久',
  'same seed and start, same reports': '随机种子：种子与起始时间相同则报文相同',
  'the simulated time of the start, with offset (default: now)': '模拟的起始时间，带时区（默认：现在）',
  'mix, 2011, 2013 or 2019': '标准版本：mix、2011、2013 或 2019',
  'terminals switched on a second': '每秒上电的终端数',
  'phone number of the first terminal; the others count up': '首台终端的手机号，其余依次递增',
  'silence after which a heartbeat is sent (default: 30s, or what its --profile says)':
    '静默多久后发心跳（默认 30s，或由 --profile 决定）',
  'first wait for an answer; grows with every repetition': '首次等待应答的时间，每次重发递增',
  'repetitions of an unanswered message before the link is given up': '无应答时重发几次后放弃链路',
  'pause before a lost link is dialled again; doubled with every failure up to 60s':
    '断线后重拨前的等待；每次失败加倍，最长 60s',
  'how far terminals spread that pause: 1 by half up and down, 0 all alike':
    '该等待的离散程度：1 为上下各半，0 为完全相同',
  'all links drop at once so often, and everybody calls again': '每隔这么久全部断线再同时重拨',
  'server that is called when the platform has not answered three times': '平台三次未应答后改拨的备用服务器',
  'reports that go together as one 0x0704; 1: each by itself as 0x0200':
    '合为一条 0x0704 上报的汇报数；1：各自以 0x0200 上报',
  'what goes wrong on the links, e.g. loss=0.01,delay=50ms,split=0.2': '链路故障，如 loss=0.01,delay=50ms,split=0.2',
  'minutes of a vehicle with an incident: power cut, antenna cut, tunnel, alarm':
    '车辆发生事件的分钟比例：断电、天线断开、隧道、报警',
  'play a scenario of the catalogue, or file.json#ID, instead of a fleet': '播放目录中的场景或 file.json#ID，代替车队',
  'a fleet of vehicles with hardware: mix, or some of A,B,C,D,E,stress; of a scenario: its kind':
    '带硬件的车队：mix，或 A,B,C,D,E,stress 中的若干；用于场景时：终端类型',
  'for such a fleet: forbidden acts of a vehicle in a year': '用于此类车队：每车每年的违规行为次数',
  'the world runs so much faster; of a scenario also max: as the platform answers':
    '世界加速倍数；场景还可用 max：随平台应答速度',
  'ordinary life before the scenario, such as 2h or 3d': '场景前的日常运行时间，如 2h 或 3d',
  'write there what was true, of a scenario or of each vehicle of a --profile fleet':
    '把真实情况写入此文件（场景，或 --profile 车队的每辆车）',
  'write there what the platform is to know: JSON lines of kind and fact':
    '把平台应知的事实写入此文件：JSON 行，含种类和内容',
  'find the rate of reports that the platform sustains within --latency': '求平台在 --latency 内能承受的汇报速率',
  'for it: within which 99 of 100 answers must come': '用于它：99% 的应答须在此时间内',
  'for it: how long each rate is kept up': '用于它：每种速率保持多久',
  'walk the platform through the standard, check by check, instead of a fleet': '逐项检查平台是否符合标准，代替车队',
  'one terminal on a pseudo-terminal there (by socat), frames and NMEA, with drills at a prompt':
    '在此伪终端（由 socat 建立）上模拟一台终端，发送帧和 NMEA，在提示符下演练',
  'the same on a real port, such as /dev/ttyUSB0': '同上，用真实串口，如 /dev/ttyUSB0',
  'of the port': '串口波特率',
  'drills from a file instead of a prompt: lines such as 30s cut-power': '从文件演练，代替提示符：每行如 30s cut-power',
  'for it: so long the platform may take to ask for missing parts': '用于它：平台请求补传分包的最长时间',
  'of the screen and the conformance table: zh or en (default: by LANG)':
    '屏幕和一致性表格的语言：zh 或 en（默认随 LANG）',
  'every acknowledged report must come out of this broker: mqtt://user:password@host:port':
    '每条已应答的汇报都须从此代理发出：mqtt://用户:密码@主机:端口',
  'and be found in this store: http://host:port/?db=NAME, or VictoriaMetrics without':
    '且能在此时序库查到：http://主机:端口/?db=库名；VictoriaMetrics 不带 db',
  'terminals in one process (default: as many as descriptors allow)': '每个进程的终端数（默认：描述符允许的最大数）',
  'write the summary there as JSON, or as a page with charts where it ends in .html':
    '把汇总写入此文件：JSON；以 .html 结尾时为带图表的网页',
  'write a JSON line there for every acknowledged report': '每条已应答的汇报在此文件写一行 JSON',
  'progress and summary as JSON lines on stdout': '以 JSON 行在标准输出显示进度和汇总',
  'Faults: loss, reorder, duplicate, flip, split, join, halfOpen, reset, rebind are probabilities for each chunk and direction; delay=50ms delays up to that; splitAt=7 cuts every chunk after 7 octets, joinTo=1400 gathers so many.':
    '故障：loss、reorder、duplicate、flip、split、join、halfOpen、reset、rebind 为每个数据块、每个方向的概率；delay=50ms 最多延迟这么久；splitAt=7 每 7 字节切开，joinTo=1400 攒够这么多再发。',
  'The run ends when every terminal has made its reports and the platform has acknowledged them, or --settle after the last report was due. Exit code 0: all were acknowledged, and arrived where --mqtt and --influx look; 1: some were not; 2: a wrong flag.':
    '每台终端汇报完毕且平台全部应答后结束，或在最后一次汇报之后 --settle 时间结束。退出码：0 全部已应答，且到达 --mqtt 和 --influx 所查之处；1 有未应答或未到达；2 参数有误。',
  'a gateway and a simulated fleet with incidents, to look at': '一个网关和一个有事件的模拟车队，供观看',
  'folder of the gateway; a temporary one, removed at the end, unless given': '网关的目录；默认为临时目录，结束时删除',
  'where terminals connect': '终端接入地址',
  'where the embedded broker listens': '内置代理的监听地址',
  'where the status page is': '状态页地址',
  'Stops with Ctrl-C.': '按 Ctrl-C 结束。',
};
