import { describe, expect, it } from 'vitest';
import { liveLines } from '../../../../gateway/cli/commission/live-view.ts';
import { stepJson, stepText } from '../../../../gateway/cli/commission/report.ts';
import { DEED_TEXTS, JOB_TEXTS, TEXTS } from '../../../../gateway/cli/commission/texts.ts';
import { FINDINGS, SKIPS } from '../../../../gateway/commission/findings.ts';
import { Observer } from '../../../../gateway/commission/observer.ts';
import type { StepOutcome } from '../../../../gateway/commission/run.ts';
import { act } from '../../commission/support.ts';
import { bench } from '../../terminal-link/support.ts';

const POWER: StepOutcome = {
  step: 'power',
  zh: '供电与备用电池',
  en: 'Supply and backup battery',
  state: 'failed',
  at: Date.parse('2026-03-01T12:00:00+08:00'),
  seconds: 2,
  findings: [{ code: 'backup-flat', found: 5, expected: 50 }],
  measured: { supplyMv: 12_600, backupPercent: 5, bars: [] },
};
const CAMERA: StepOutcome = {
  ...POWER,
  step: 'camera',
  state: 'skipped',
  skipped: 'no-camera',
  findings: [],
  measured: {},
};
/** Without colours. */
const plain = (text: string): string => text.replaceAll(new RegExp(`${String.fromCodePoint(27)}\\[\\d+m`, 'g'), '');

describe('a step, told to a person', () => {
  it('says in his language what was found and what to do', () => {
    expect(plain(stepText(POWER, { number: 8, language: 'zh-CN' }))).toBe(
      [
        '✗  8  供电与备用电池  不合格  供电 12.60 V  备用电池 5 %',
        '     备用电池没电或老化：断电后终端会失联 (测得 5, 应为 50)',
        '     → 处理: 充电后再试；充不满则更换备用电池',
      ].join('\n'),
    );
    expect(plain(stepText(CAMERA, { number: 14, language: 'en' }))).toContain('left out (there is no camera)');
  });

  it('has both languages for everything that there is to say', () => {
    const chinese = /[\u4E00-\u9FFF]|ACC|CSQ|IMEI|SIM/;
    for (const { zh, en } of Object.values(FINDINGS)) {
      expect([zh.means, zh.do].every((text) => chinese.test(text))).toBe(true);
      expect(/[\u4E00-\u9FFF]/.test(`${en.means}${en.do}`)).toBe(false);
    }
    for (const { zh, en } of Object.values(SKIPS)) expect([chinese.test(zh), chinese.test(en)]).toEqual([true, false]);
    for (const both of [...Object.values(TEXTS), ...Object.values(DEED_TEXTS), ...Object.values(JOB_TEXTS)])
      expect([both['zh-CN'] !== '', /[\u4E00-\u9FFF]/.test(both.en)]).toEqual([true, false]);
  });
});

describe('a step, told to a program', () => {
  it('is one object with names that do not depend on the language', () => {
    const zh = stepJson(POWER, { number: 8, language: 'zh-CN' });
    const en = stepJson(POWER, { number: 8, language: 'en' });
    expect(en).toMatchObject({
      type: 'step',
      number: 8,
      step: 'power',
      state: 'failed',
      title: 'Supply and backup battery',
      measured: { supplyMv: 12_600 },
      findings: [{ code: 'backup-flat', found: 5, expected: 50, do: expect.stringContaining('replace') as unknown }],
    });
    expect(Object.keys(zh)).toEqual(Object.keys(en));
    expect(stepJson(CAMERA, { number: 1, language: 'en' })).toMatchObject({
      skipped: 'no-camera',
      reason: 'there is no camera',
    });
  });
});

describe('the live view', () => {
  it('shows satellites, position, signal and supply, and what changed last', async () => {
    const here = await bench();
    const seen = new Observer(here.link, here.clock);
    expect(liveLines(seen, { now: 0, language: 'en' })[1]).toBe('position  –');
    await here.run(90_000);
    act(here, 'cut-power');
    await here.run(15_000);
    const lines = liveLines(seen, { now: here.clock.now(), language: 'en' }).map(plain);
    expect(lines[0]).toMatch(/^satellites {2}[▁▂▃▄▅▆▇█]{8,} {2}2\d$/);
    expect(lines[1]).toMatch(/^position {2}25\.0\d+, 102\.7\d+ {2}0 km\/h$/);
    expect(lines[2]).toMatch(/^signal {2}CSQ \d+ {3}supply {2}[\d.]+ V {2}▮ \d+ %$/);
    expect(lines.at(-1)).toMatch(/▲ mainPowerOff {2}-\d+ s$/);
    seen.close();
  });
});
