/** The journal and its ledger. */
import type { HelpTexts } from '../help-text.ts';

export const JOURNAL: HelpTexts = {
  'ledger: received, journalled, acknowledged, delivered to each outlet; gaps listed':
    '对账：已收、已记、已应答、已送达各出口；列出缺口',
  'ledger of a data folder: received, journalled, acknowledged, delivered to each outlet; gaps listed':
    '数据目录的对账：已收、已记、已应答、已送达各出口；列出缺口',
  'let outlets catch up for so long with what is in the journal now': '最多等待各出口这么久，以赶上日志现有内容',
  'Exit code: 0 clean, 1 something is missing, altered or pending, or nothing ever came from --terminal.':
    '退出码：0 无误，1 有缺失、被改动或未送达，或从未收到 --terminal 的数据。',
  'the journal: check the hash chain, follow it, export frames': '日志：校验哈希链、跟踪、导出帧',
  'the journal of a data folder: check, follow, export': '数据目录的日志：校验、跟踪、导出',
  'check the hash chain and its signed heads; every batch that was altered, removed or put in is named':
    '校验哈希链及其签名；指出每个被改动、删除或插入的批次',
  'print the last records and follow': '显示最近的记录并跟踪',
  'records to begin with': '先显示这么多条',
  'end when they are printed': '显示后即结束',
  'print received frames: time, terminal, hex; with --hex only what `decode -` takes':
    '输出收到的帧：时间、终端、十六进制；--hex 只输出 `decode -` 可读的内容',
  'only the frames': '只输出帧',
  'as a capture, which Wireshark opens': '输出抓包文件，Wireshark 可打开',
  'go through the journal again: into a new data folder, or to a platform over TCP':
    '重放日志：到新的数据目录，或经 TCP 到某个平台',
  'new data folder: a copy of the journal, with states and tracks made anew from it':
    '新的数据目录：日志副本，并由其重新生成状态和轨迹',
  'tcp://HOST:PORT of a platform that gets the frames, a connection for each terminal':
    '接收帧的平台 tcp://主机:端口，每个终端一条连接',
  'frames a second, at most': '每秒最多帧数',
  'dead letters: records that the other side of an outlet would not take': '死信：出口对端拒收的记录',
  'list them with the reasons': '列出死信及原因',
  'only of this outlet': '只看此出口',
  'have them sent again: a running gateway takes them up within seconds, another at its next start':
    '重新发送：运行中的网关几秒内处理，否则在下次启动时',
  'outlet whose letters they are': '死信所属出口',
  'only these; all where none is given': '只发这些；不给则全部',
  'What the other side refuses again becomes a dead letter again.': '对端再次拒收的仍成为死信。',
  'copy the journal as it is at one instant, beside a running gateway or without one, and check the copy':
    '复制某一时刻的日志并校验副本；网关运行与否均可',
  'To restore: stop the gateway, put the file in the place of journal/journal.db, remove its -wal and -shm. Of a gateway with several workers the journal of worker 1 is copied to FILE.1, and so on; its place is workers/1/journal/journal.db.':
    '恢复：停止网关，用该文件替换 journal/journal.db，并删除其 -wal 和 -shm。多进程网关中，进程 1 的日志复制为 FILE.1，依此类推；其位置为 workers/1/journal/journal.db。',
};
