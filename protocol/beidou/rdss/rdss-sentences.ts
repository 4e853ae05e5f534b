/** The sentences of RDSS user machines, 2.1 and BeiDou-3, by id; `BDFKI3` is the layout of BeiDou-3 under the same id. */
import { bare } from '../sentence-type.ts';
import { BDFKI3, BDICP, BDPWI, BDSNR, BDTCI, CCICR, CCTCQ } from './bds3-sentences.ts';
import { TEXT_SENTENCES } from './text-sentences.ts';

/** Sentences whose fields makers or authorities keep to themselves: taken and given as they stand. */
const BARE = {
  CCDSA: bare('CCDSA', 'timeRequest', '定时申请'),
  CCICZ: bare('CCICZ', 'subordinatesQuery', '下属用户查询'),
  BDICZ: bare('BDICZ', 'subordinates', '下属用户信息'),
  CCJMS: bare('CCJMS', 'setEncryption', '加密设置'),
  CCGXM: bare('CCGXM', 'managementRequest', '管信设置'),
  BDGXM: bare('BDGXM', 'management', '管信信息'),
  CCRIS: bare('CCRIS', 'reset', '复位'),
  CCRNS: bare('CCRNS', 'vendorCommand', '专用指令'),
  CCMSS: bare('CCMSS', 'vendorCommand', '专用指令'),
  CCKLS: bare('CCKLS', 'vendorCommand', '专用指令'),
  CCKLT: bare('CCKLT', 'vendorCommand', '专用指令'),
  CCGLS: bare('CCGLS', 'vendorCommand', '专用指令'),
  CCZHS: bare('CCZHS', 'selfDestroy', '自毁设置'),
} as const;

/** Orders that make a card unusable for ever: they are read, never written. */
export const PRIVILEGED: ReadonlySet<string> = new Set(['CCZHS', 'JJZH']);

export const RDSS_SENTENCES = {
  ...TEXT_SENTENCES,
  CCICR,
  BDICP,
  CCTCQ,
  BDTCI,
  BDFKI3,
  BDPWI,
  BDSNR,
  ...BARE,
} as const;
