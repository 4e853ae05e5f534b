import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPublicKey } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { explained } from '../../../gateway/cli/explain-event.ts';
import { type Bundle, sealBundle } from '../../../gateway/events/evidence/bundle.ts';
import { canonical } from '../../../gateway/events/evidence/canonical.ts';
import { checkBundle } from '../../../gateway/events/evidence/check-bundle.ts';
import type { EventStep } from '../../../gateway/events/step.ts';
import { checkStore } from '../../../gateway/events/store/check-store.ts';
import { eventReader, eventWriter } from '../../../gateway/events/store/event-file.ts';
import { readProof } from '../../../gateway/events/store/event-proof.ts';
import { frameView } from '../../../gateway/events/views.ts';
import { keyName, signerOf } from '../../../gateway/journal/signed-head.ts';
import { NOON } from '../../support/terminal-frames.ts';
import { Rig } from '../support/rig.ts';
import { KEYS, memoryEvents } from './memory-events.ts';
import { bits, findingOf, report, SPEAKER, stepsOf, UNJUDGED } from './support.ts';

const folder = mkdtempSync(join(tmpdir(), 'xingji-events-'));
afterAll(() => rmSync(folder, { recursive: true }));
const path = join(folder, 'events.db');
let id = '';

beforeAll(async () => {
  const rig = await new Rig({ ...UNJUDGED, events: (disk) => memoryEvents(disk, path) }).start();
  const terminal = await rig.login(SPEAKER);
  await report(rig, terminal, { alarm: bits(1) });
  const frames = rig.records.filter(({ kind }) => kind === 'frame').map(({ seq }) => seq);
  const { events } = rig.core.judging;
  const at = rig.clock.now();
  events.finding(findingOf({ at, frames }));
  await rig.run(20);
  await report(rig, terminal, { alarm: bits(1, 9) });
  events.finding(findingOf({ at: at + 100_000, frames, step: 1, stage: 'confirmed' }));
  events.finding(findingOf({ at: at + 200_000, frames, step: 2, stage: 'cleared', reason: 'N604' }));
  await rig.run(60_000);
  id = stepsOf(rig).find(({ code }) => code === 'T205')!.event;
  await rig.stop();
});

const publicKey = createPublicKey(KEYS.publicKey);
const sealing = { signer: signerOf(KEYS.privateKey), publicKey: KEYS.publicKey, at: NOON };

function withStore<T>(work: (db: DatabaseSync) => T): T {
  const db = new DatabaseSync(path);
  try {
    return work(db);
  } finally {
    db.close();
  }
}

const bundled = (): Bundle => withStore((db) => sealBundle(readProof(db, id)!, sealing));

describe('a sealed bundle', () => {
  it('is genuine, and says what it holds', () => {
    const check = checkBundle(JSON.stringify(bundled(), null, 1));
    expect(check).toEqual({
      faults: [],
      key: keyName(publicKey),
      event: id,
      steps: 3,
      frames: expect.any(Number),
      inJournal: 0,
    });
    expect(check.frames).toBeGreaterThan(1);
    expect(bundled().frames.some(({ says }) => says.message?.ok === true)).toBe(true);
  });

  it('is not, once any octet of a value was changed, or anything left out', () => {
    const text = JSON.stringify(bundled());
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.constantFrom('0', '1', 'a', 'f', 'x'), (at, put) => {
        const changed = text.slice(0, at) + put + text.slice(at + 1);
        fc.pre(changed !== text && !isSame(changed, text));
        expect(checkBundle(changed, publicKey).faults).not.toEqual([]);
      }),
      { numRuns: 300 },
    );
    const bundle = bundled();
    expect(checkBundle(JSON.stringify({ ...bundle, steps: bundle.steps.slice(1) })).faults).not.toEqual([]);
    expect(checkBundle(JSON.stringify({ ...bundle, frames: [] })).faults.join()).toContain('a frame of it is missing');
    expect(checkBundle('').faults).not.toEqual([]);
    expect(checkBundle('null').faults).not.toEqual([]);
  });

  it('made again by somebody else is not taken for one of the gateway', async () => {
    const { generateKeyPairSync } = await import('node:crypto');
    const other = generateKeyPairSync('ed25519', {
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
      publicKeyEncoding: { type: 'spki', format: 'pem' },
    });
    const signer = signerOf(other.privateKey);
    const forged = withStore((db) => sealBundle(readProof(db, id)!, { signer, publicKey: other.publicKey, at: NOON }));
    const faults = checkBundle(JSON.stringify(forged), publicKey).faults.join('\n');
    expect(faults).toContain('publicKey');
    expect(faults).toContain('seal');
    expect(checkBundle(JSON.stringify(forged)).faults.join()).toContain('its head was not signed by the key');
  });

  it('that is none is told so in a line', () => {
    expect(checkBundle('nonsense\nof lines').faults).toEqual([expect.stringMatching(/^not a bundle: .*$/)]);
  });

  it('tells of a margin that its evidence does not add up to', () => {
    const bundle = bundled();
    const [first, ...rest] = bundle.steps;
    const steps = [{ ...first!, body: first!.body.replace('"margin":4.5,"rival"', '"margin":9.5,"rival"') }, ...rest];
    expect(steps[0]!.body).not.toBe(first!.body);
    expect(checkBundle(JSON.stringify({ ...bundle, steps })).faults.join('\n')).toContain('nats add up to 4.500');
  });
});

describe('the event store', () => {
  it('is whole, and names what was altered, removed or signed by another', () => {
    expect(withStore((db) => checkStore(db, publicKey))).toMatchObject({ faults: [], signedUpTo: expect.any(Number) });
    const after = (sql: string): readonly string[] =>
      withStore((db) => {
        db.exec(`begin; ${sql}`);
        const { faults } = checkStore(db, publicKey);
        db.exec('rollback');
        return faults;
      });
    expect(after('update step set body = replace(body, \'"severity":2\', \'"severity":1\') where number = 2')).toEqual([
      'step 2: altered',
    ]);
    expect(after('delete from step where number = 2')).toEqual(['steps 2–2: missing', 'step 3: altered']);
    expect(after('update frame set octets = zeroblob(3) where seq = (select min(seq) from frame)')[0]).toMatch(
      /^frame \d+: altered$/,
    );
    expect(after('update head set signature = zeroblob(64) where number = 1')).toEqual(['head 1: forged']);
    expect(after('delete from step where number = (select max(number) from step)')[0]).toMatch(/missing$/);
  });
});

describe('an explanation', () => {
  it('tells the timeline, the sum, what was rejected and the frames, in both languages', () => {
    const found = withStore((db) => eventReader(db).evidence(id)!);
    const frames = found.frames.map(frameView);
    const en = [...explained(found, frames, 'en')].join('\n');
    expect(en).toContain('GNSS denied (jammed or shielded): raised');
    expect(en).toContain('cleared, it was: area GNSS interference');
    expect(en).toMatch(/−7\.000 {2}before any evidence/);
    expect(en).toMatch(/\+4\.500 {2}margin over DZ: a dead zone \(tunnel, garage\) \(about 90 to 1\)/);
    expect(en).toMatch(/DZ +a dead zone \(tunnel, garage\) \(by B9\)/);
    expect(en).toMatch(/locationReport {2}[\d.]+, [\d.]+ {2}[\d.]+ km\/h/);
    expect(en).toMatch(/2 warning {2}GNSS denied .* \(happened 20/);
    const zh = [...explained(found, frames, 'zh-CN')].join('\n');
    expect(zh).toContain('卫星定位被阻断');
    expect(zh).toContain('被排除的无辜解释');
    expect(zh).toMatch(/DZ +盲区（隧道、地库等） \(依据 B9\)/);
  });
});

describe('the explanation of a verdict', () => {
  const explainedAs = (
    margin: number,
    rejected: { hypothesis: 'CARR' | 'DZ'; margin: number; by: string[] }[],
  ): string => {
    const found = withStore((db) => eventReader(db).evidence(id)!);
    const steps = found.steps.map(({ step, ...rest }) => ({
      ...rest,
      step: step.judgement === undefined ? step : { ...step, judgement: { ...step.judgement, margin, rejected } },
    }));
    return [...explained({ ...found, steps }, [], 'en')].join('\n');
  };

  it('does not call rejected what explains it better', () => {
    const text = explainedAs(-9, [
      { hypothesis: 'CARR', margin: -9, by: ['R1'] },
      { hypothesis: 'DZ', margin: 3, by: ['M0'] },
    ]);
    expect(text).toContain('(about 1 to 8,100)');
    expect(text).toMatch(/say as much or more\n +−9\.000 {2}CARR +an outage of the mobile network\n/);
    expect(text).toMatch(/rejected\n +\+3\.000 {2}DZ +a dead zone \(tunnel, garage\) \(by M0\)\n/);
  });

  it('claims no odds that nobody can vouch for', () => {
    expect(explainedAs(30, [])).toMatch(/\(over 1,000,000 to 1\)[\s\S]*rejected\n {2}none/);
  });
});

describe('retention', () => {
  it('lets go of what is over, from the beginning, with its frames; the rest is whole and can be proved', () => {
    withStore((db) => {
      const count = (table: string): number => Number(db.prepare(`select count(*) n from ${table}`).get()!['n']);
      const parts = { journalId: 'feedbeef', signer: signerOf(KEYS.privateKey), frameOf: () => undefined };
      const writer = eventWriter(db, parts);
      const before = [count('step'), count('event'), count('frame')];
      expect(writer.trim(0)).toBe(0);
      db.exec(
        `update event set status = 'cleared' where id <> '${id}'; update event set status = 'raised' where id = '${id}'`,
      );
      const gone = writer.trim(Number.MAX_SAFE_INTEGER);
      const first = Number(db.prepare('select min(number) n from step where event = ?').get(id)!['n']);
      expect(gone).toBe(first - 1);
      expect(gone).toBeGreaterThan(0);
      expect(checkStore(db, publicKey)).toMatchObject({ faults: [], steps: before[0]! - gone });
      expect(checkBundle(JSON.stringify(sealBundle(readProof(db, id)!, sealing)), publicKey).faults).toEqual([]);
      db.exec("update event set status = 'cleared'");
      writer.trim(Number.MAX_SAFE_INTEGER);
      expect([count('step'), count('event'), count('frame'), count('head')]).toEqual([0, 0, 0, 0]);
      const [step] = before;
      writer.write([{ step: stepOf(id), body: JSON.stringify(stepOf(id)), seq: 9 }], NOON);
      expect(db.prepare('select number from step').all()).toEqual([{ number: step! + 1 }]);
      expect(checkStore(db, publicKey)).toMatchObject({ faults: [], steps: 1, signedUpTo: step! + 1 });
    });
  });
});

/** A change between tokens, or of a number's form, is none. */
function isSame(changed: string, text: string): boolean {
  try {
    return canonical(JSON.parse(changed)) === canonical(JSON.parse(text));
  } catch {
    return false;
  }
}

function stepOf(event: string): EventStep {
  return {
    event,
    step: 9,
    key: 'k',
    state: 'updated',
    status: 'cleared',
    origin: 'time',
    terminal: '1',
    vehicle: null,
    division: '000000',
    code: 'T205',
    axis: 'gnss',
    severity: 2,
    confidence: 1,
    factTime: NOON,
    at: NOON,
    finding: -1,
    frames: [],
  };
}
