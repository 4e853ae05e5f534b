/** What the tool says to an installer. */
import type { Deed } from '../../commission/step.ts';
import type { Language } from '../language.ts';

type Both = Readonly<Record<Language, string>>;

const said = (zh: string, en: string): Both => ({ 'zh-CN': zh, en });

/** What a hand is asked to do. */
export const DEED_TEXTS: Readonly<Record<Deed, Both>> = {
  keyOff: said('熄火，拔下钥匙', 'Turn the key off'),
  keyOn: said('打开点火开关（不必着车）', 'Turn the key on (the engine need not run)'),
  drive: said('以 10 km/h 以上行驶一小段', 'Drive a little, faster than 10 km/h'),
  cutPower: said('断开终端主电源', "Cut the terminal's main power"),
  restorePower: said('恢复终端主电源', "Restore the terminal's main power"),
  unplugAntenna: said('拔下卫星天线', 'Unplug the satellite antenna'),
  plugAntenna: said('插上卫星天线', 'Plug the satellite antenna in'),
  openCase: said('打开终端外壳', "Open the terminal's case"),
  closeCase: said('合上终端外壳', "Close the terminal's case"),
};

export const TEXTS = {
  passed: said('合格', 'passed'),
  failed: said('不合格', 'FAILED'),
  skipped: said('跳过', 'left out'),
  found: said('测得', 'found'),
  expected: said('应为', 'expected'),
  mended: said('已改正', 'set right'),
  todo: said('处理', 'do'),
  skipKey: said('按 s 跳过', 's leaves it out'),
  order: said('工单', 'order'),
  noOrder: said('没有工单：只测量，不比对', 'no order: measured, and compared with nothing'),
  ready: said('准备好后按回车，q 退出', 'Enter when you are ready, q to leave'),
  write: said('写入这些参数？[Y/n] ', 'Write these parameters? [Y/n] '),
  choose: said('选择串口', 'Which port'),
  record: said('记录', 'Record'),
  outcomePassed: said('验收合格', 'Everything passed'),
  outcomeFailed: said('验收不合格', 'Something failed'),
  satellites: said('卫星', 'satellites'),
  position: said('位置', 'position'),
  signal: said('信号', 'signal'),
  supply: said('供电', 'supply'),
  events: said('动态', 'events'),
  connectNext: said('接好下一台', 'Connect the next'),
  bulkDone: said('本批完成', 'The list is done'),
} as const satisfies Readonly<Record<string, Both>>;

export const JOB_TEXTS: Readonly<Record<'install' | 'replacement' | 'removal' | 'recycling', Both>> = {
  install: said('安装验收', 'installation'),
  replacement: said('更换验收', 'replacement'),
  removal: said('拆除', 'removal'),
  recycling: said('回收', 'recycling'),
};
