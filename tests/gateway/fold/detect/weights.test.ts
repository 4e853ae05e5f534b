import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { judge, put, type Item } from '../../../../gateway/fold/detect/belief.ts';
import { EXPLANATIONS } from '../../../../gateway/fold/detect/hypotheses.ts';
import { evidenceWords, WORDED } from '../../../../gateway/fold/detect/texts.ts';
import { type Bench, EVIDENCE_IDS, SOURCE_CAP, weightOf } from '../../../../gateway/fold/detect/weights.ts';

const folder = join(import.meta.dirname, '../../../../gateway/fold/detect');
const sources = readdirSync(folder)
  .filter((name) => name.endsWith('.ts') && name !== 'texts.ts')
  .map((name) => readFileSync(join(folder, name), 'utf8'))
  .join('\n');

const item = (id: Item['id'], strength = 1000): Item => ({ id, strength, seq: 1, says: {} });

describe('the weights', () => {
  it('are of evidence that the detector looks for, and all of it has words', () => {
    expect(EVIDENCE_IDS.length).toBeGreaterThan(80);
    expect(EVIDENCE_IDS.filter((id) => !sources.includes(`'${id}'`))).toEqual([]);
    expect(EVIDENCE_IDS.filter((id) => !WORDED.has(id))).toEqual([]);
  });

  it('are of hypotheses that some bench judges', () => {
    const judged = new Set(Object.values(EXPLANATIONS).flatMap((all) => all.map(({ hypothesis }) => hypothesis)));
    const strangers = EVIDENCE_IDS.flatMap((id) =>
      Object.keys(weightOf(id).weights).filter((name) => !judged.has(name as never)),
    );
    expect([...new Set(strangers)]).toEqual([]);
  });

  it('have an accusation and an innocent explanation on every bench', () => {
    for (const bench of Object.keys(EXPLANATIONS) as Bench[]) {
      const kinds = new Set(EXPLANATIONS[bench].map(({ guilty }) => guilty));
      expect([bench, kinds.size]).toEqual([bench, 2]);
      expect(EXPLANATIONS[bench].length).toBeLessThanOrEqual(16);
    }
  });
});

describe('a verdict', () => {
  it('does not depend on the order in which evidence came', () => {
    const ids: Item['id'][] = ['B4', 'R1', 'T5', 'B9', 'B1', 'D1'];
    const inOne: Item[] = [];
    const inOther: Item[] = [];
    for (const id of ids) put(inOne, item(id));
    for (const id of ids.toReversed()) put(inOther, item(id));
    expect(inOther).toEqual(inOne);
    expect(judge('link', inOther)).toEqual(judge('link', inOne));
  });

  it('is moved by one source no further than its cap', () => {
    const alone = judge('power', []).margin;
    const voltage: Item[] = [];
    for (const id of ['V3', 'V7', 'V2', 'V10', 'V1'] as const) put(voltage, item(id, 9000));
    expect(judge('power', voltage).margin - alone).toBeLessThanOrEqual(2 * SOURCE_CAP);
  });

  it('says nothing new where evidence comes twice', () => {
    const items: Item[] = [];
    expect([put(items, item('A08')), put(items, item('A08')), put(items, item('A08', 500))]).toEqual([
      true,
      false,
      true,
    ]);
  });
});

describe('words', () => {
  it('are filled in both languages', () => {
    expect(evidenceWords({ evidence: 'B4', says: { csq: 30.6, norm: 22 } })).toEqual({
      'zh-CN': '离线期间（行驶过则只计行驶中）信号反常地强：均值30.6，平时22',
      en: 'strong signal while silent (while driven, where it was): mean 30.6, usually 22',
    });
    expect(evidenceWords({ evidence: 'P9', says: { minutes: 0 } })).toEqual({
      'zh-CN': '<1分钟后原地复电，未曾点火',
      en: 'power was back after <1 minutes, without ignition',
    });
  });
});
