/** Events, evidence and the audit trail. */
import type { HelpTexts } from '../help-text.ts';

export const EVIDENCE: HelpTexts = {
  'an event in words: timeline, evidence, rejected explanations, frames':
    '用文字说明事件：经过、证据、被排除的解释、原始帧',
  'an event in words: its timeline, the evidence and what each piece weighs, what was rejected, the frames':
    '用文字说明事件：经过、各证据及其权重、被排除的解释、原始帧',
  'id of the event, or of a step of it': '事件编号，或其某一步的编号',
  "what today's detector makes of an old journal, beside what was told then": '用当前检测器重看旧日志，与当时结论对照',
  'what the detector of this version makes of a journal, beside what was told at the time':
    '用本版检测器重看日志，与当时结论对照',
  'one JSON object per line: differences, then the summary': '每行一个 JSON 对象：先差异，后汇总',
  'The whole journal is heard, as a verdict rests on what came before; --from and --to choose by when the fact began. Nothing is written, and a gateway may go on meanwhile.':
    '结论依赖此前的经过，因此总是读取整个日志；--from 和 --to 按事实开始的时间选取。不写任何内容，网关可照常运行。',
  'sealed bundles of what an event rests on: export, verify; check of the event store':
    '事件证据包：导出、验证；检查事件库',
  'what events rest on, sealed so that it can be checked anywhere': '事件的证据，封存后可在任何地方验证',
  'a sealed bundle of one event: its steps, the original frames, what they say, the signed chain':
    '一个事件的证据包：各步骤、原始帧、解码结果、签名链',
  "the journal's own batches up to its next signed head too, other terminals' records among them":
    '另含日志中直到下一签名的批次，其中有其他终端的记录',
  'check a bundle: every octet, every step, the signed chain, the sums; needs no data folder':
    '验证证据包：每个字节、每一步、签名链、各项合计；不需要数据目录',
  "the gateway's public key as you know it; default: that in the bundle": '你所持的网关公钥；默认用包内的',
  'the bundle': '证据包',
  'Exit code: 0 genuine, 1 not.': '退出码：0 真实，1 不真实。',
  'check the whole event store of a data folder: its chain, its signed heads, its frames':
    '检查数据目录的整个事件库：链、签名、帧',
  'one JSON object per worker': '每个进程输出一个 JSON 对象',
  'the trail of who did what: whether it is whole, its rows for an auditor': '审计记录：是否完整，导出给审计人员',
  'the trail of who did what: whether it is whole, and its rows for an auditor': '审计记录：是否完整，导出给审计人员',
  'check every trail of a data folder, beside a running gateway or offline':
    '校验数据目录的全部审计记录；网关运行与否均可',
  'what audit head said some day: the trails must still reach up to there':
    '某日 audit head 的输出：记录必须仍延续到该处',
  'one JSON object per trail': '每份审计记录输出一个 JSON 对象',
  "Each row is chained to the one before and signed for with the gateway's key, and a head kept apart says how far the trail goes. What verify cannot see: the whole folder put back to an older day. Keep what audit head says elsewhere for that.":
    '每行与前一行相链并由网关密钥签名，另存的链头说明记录到何处。verify 看不出的是：整个目录被还原到较早的日期；为此请把 audit head 的输出存到别处。',
  'Exit code: 0 whole, 1 a row was altered, removed or inserted; the first one is named.':
    '退出码：0 完整，1 有行被改动、删除或插入；指出第一处。',
  'rows of all trails to stdout, trail by trail, oldest first; that it was done is a row itself':
    '把全部审计记录逐份输出到标准输出，旧的在前；导出本身也会记录',
  'only of this account': '只看此账号的',
  'only this, as command.ordered, or all that begins with it, as command':
    '只看此类，如 command.ordered；或以其开头的全部，如 command',
  'only where the subject has this in it': '只看对象含此内容的',
  'JSON lines with their hashes, or CSV': '带哈希的 JSON 行，或 CSV',
  'how far the trails go now, signed: to be kept where nobody on this machine can change it':
    '审计记录当前到何处，带签名：请存到本机无人能改之处',
};
