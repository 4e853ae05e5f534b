import { describe, expect, it } from 'vitest';
import { explanationWords } from '../../../gateway/events/explanations.ts';
import type { EventStep } from '../../../gateway/events/step.ts';
import { stepWords } from '../../../gateway/events/wording.ts';
import { NOON } from '../../support/terminal-frames.ts';
import { findingOf, T } from './support.ts';

const STEP: EventStep = {
  event: '01KAM6QJ8CY5ZKQ1W0W3D2V7BN',
  step: 0,
  key: 'made up',
  finding: -1,
  frames: [],
  terminal: T,
  vehicle: null,
  division: '530100',
  code: 'A8',
  state: 'raised',
  status: 'raised',
  severity: 2,
  axis: 'A8',
  origin: 'terminal',
  confidence: 1,
  factTime: NOON,
  at: NOON,
};

function judged(confidence: number): EventStep {
  const { candidates, margin, rival, prior, because, rejected, weightsVersion } = findingOf();
  const judgement = { candidates, margin, rival, prior, because, rejected, weightsVersion };
  return { ...STEP, code: 'T101', axis: 'power', origin: 'detector', confidence, judgement };
}

describe('an event in words', () => {
  it('never says that a verdict is certain, however it was rounded', () => {
    expect(stepWords(judged(1))).toEqual({
      'zh-CN': '主电源被切断：发生，置信度99%以上',
      en: 'Main power cut: raised, confidence over 99 %',
    });
    expect(stepWords(judged(0.995)).en).toBe('Main power cut: raised, confidence 99 %');
    expect(stepWords(judged(0.869))['zh-CN']).toBe('主电源被切断：发生，置信度86%');
  });

  it('says when it ended as people write a time', () => {
    const ended = { ...STEP, state: 'cleared', status: 'cleared', endTime: NOON + 61_607 } as const;
    expect(stepWords(ended)).toEqual({
      'zh-CN': expect.stringMatching(/^终端主电源掉电：解除，结束于\d{4}-\d\d-\d\d \d\d:01:01$/),
      en: expect.stringMatching(/^Main power lost: cleared, ended at \d{4}-\d\d-\d\d \d\d:01:01$/),
    });
  });

  it('says what it was instead, and nothing where it was what it is called', () => {
    const over = { ...STEP, code: 'T205', state: 'cleared', status: 'cleared' } as const;
    expect(stepWords({ ...over, reason: 'N604' }).en).toMatch(/: cleared, it was: area GNSS interference$/);
    expect(stepWords({ ...over, code: 'N607', reason: 'N607' })['zh-CN']).toBe('弱覆盖：解除');
  });

  it('names the event that goes on in its place', () => {
    const merged = {
      ...STEP,
      state: 'cleared',
      status: 'cleared',
      reason: 'superseded',
      supersededBy: '01KB',
    } as const;
    expect(stepWords(merged)).toEqual({
      'zh-CN': '终端主电源掉电：解除，并入事件01KB',
      en: 'Main power lost: cleared, goes on as event 01KB',
    });
  });

  it('gives what a person said as a note where they take notice, as a reason where they decide', () => {
    const person = { ...STEP, by: 'wang', reason: 'calls the driver' } as const;
    const noted = { ...person, state: 'updated', acknowledged: { by: 'wang', at: NOON } } as const;
    expect(stepWords(noted).en).toBe('Main power lost: acknowledged by wang, note: calls the driver');
    expect(stepWords({ ...person, state: 'closed', status: 'closed' })['zh-CN']).toBe(
      '终端主电源掉电：人工关闭，wang，理由：calls the driver',
    );
  });

  it('calls explanations by words, and one that it does not know by its own name', () => {
    expect(explanationWords('CARR')).toEqual({ 'zh-CN': '运营商网络中断', en: 'an outage of the mobile network' });
    expect(explanationWords('XYZ')).toEqual({ 'zh-CN': 'XYZ', en: 'XYZ' });
  });
});
