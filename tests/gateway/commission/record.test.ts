import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { newNotebook } from '../../../gateway/commission/notebook.ts';
import {
  checkRecord,
  type CommissionRecord,
  recordFileName,
  type RecordInput,
  signRecord,
} from '../../../gateway/commission/record.ts';
import { recordPage } from '../../../gateway/commission/record-page.ts';
import { signerOf } from '../../../gateway/journal/signed-head.ts';

const { privateKey, publicKey } = generateKeyPairSync('ed25519', {
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});
const AT = Date.parse('2026-03-01T12:00:00+08:00');
const STEP = { zh: '卫星定位', en: 'Satellites', at: AT, seconds: 1.5 };

function record(over: Partial<RecordInput> = {}): CommissionRecord {
  const notes = newNotebook();
  notes.photos.push({ name: 'dash <1>.jpg', type: 'image/jpeg', octets: Uint8Array.of(0xff, 0xd8) });
  notes.changed.push({ name: 'heartbeatInterval', before: 60, after: 30 });
  return signRecord(
    {
      id: 'C-1',
      job: 'install',
      startedAt: AT,
      endedAt: AT + 60_000,
      installer: '张三 <zhang@example.com>',
      tool: 'xingji',
      where: 'serial:/dev/ttyUSB0',
      gateway: undefined,
      expected: { plate: '云A/12345', workOrder: 'WO-1' },
      template: 'none',
      outcomes: [
        {
          ...STEP,
          step: 'gnss',
          state: 'failed',
          findings: [{ code: 'weak-satellites', found: 22.5, expected: 30 }],
          measured: { satellites: 12, bars: [{ system: 'beidou', id: 6, cn0: 40 }] },
        },
        { ...STEP, step: 'roundTrip', state: 'skipped', skipped: 'no-gateway', findings: [], measured: {} },
      ],
      notes,
      ...over,
    },
    signerOf(privateKey),
    publicKey,
  );
}

const copy = (value: CommissionRecord): CommissionRecord => JSON.parse(JSON.stringify(value)) as CommissionRecord;

describe('a signed record', () => {
  it('is genuine as it came, through any number of copies and with its keys in any order', () => {
    const reversed = Object.fromEntries(Object.entries(copy(record())).toReversed());
    expect(checkRecord(reversed)).toEqual({ key: signerOf(privateKey).key });
    expect(checkRecord(copy(record()), createPublicKey(publicKey))).toHaveProperty('key');
  });

  it.each([
    ['a measurement', (r: CommissionRecord) => Object.assign(r.steps[0]!.measured, { satellites: 13 })],
    ['an outcome', (r: CommissionRecord) => Object.assign(r, { outcome: 'passed' })],
    ['a field that is added', (r: CommissionRecord) => Object.assign(r, { note: 'fine' })],
    ['a step that is taken out', (r: CommissionRecord) => (r.steps as unknown[]).pop()],
    ['a picture', (r: CommissionRecord) => Object.assign(r.photos[0]!, { octets: 'AAAA' })],
    ['the signature', (r: CommissionRecord) => Object.assign(r.signature, { value: '0'.repeat(128) })],
    ['the form of the signature', (r: CommissionRecord) => Object.assign(r.signature, { value: 'x' })],
    ['the name of the key', (r: CommissionRecord) => Object.assign(r.signature, { key: '0123456789abcdef' })],
    ['the format', (r: CommissionRecord) => Object.assign(r, { format: 'other' })],
  ])('is not where %s was altered', (_what, alter) => {
    const altered = copy(record());
    alter(altered);
    expect(checkRecord(altered)).toHaveProperty('wrong');
  });

  it('of another key is told from that of the installer', () => {
    const other = generateKeyPairSync('ed25519').publicKey;
    expect(checkRecord(record(), other)).toEqual({ wrong: expect.stringContaining('expected') as unknown });
    const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({ type: 'spki', format: 'pem' });
    const forged = copy(record());
    Object.assign(forged.signature, { publicKey: rsa });
    expect(checkRecord(forged)).toEqual({ wrong: 'signature.publicKey: is no Ed25519 key' });
  });

  it.each([null, 'text', {}, { format: 'xingji commission record 1' }])('%j is none', (value) => {
    expect(checkRecord(value)).toHaveProperty('wrong');
  });

  it('is filed under its time, job and plate, whatever stands in that', () => {
    expect(recordFileName(record())).toBe('20260301T120100-install-云A_12345');
  });
});

describe('its page', () => {
  it.each([
    ['zh-CN', ['终端安装验收记录', '不合格', '卫星信号弱', '跳过', '没有连接网关', '移开遮挡']],
    ['en', ['Acceptance of an installed terminal', 'failed', 'Satellites are weak', 'no gateway is at hand']],
  ] as const)('says in %s what was found, and what to do', (language, texts) => {
    const page = recordPage(record(), language);
    for (const each of texts) expect(page).toContain(each);
    expect(page).toContain('heartbeatInterval');
    expect(page).toContain('<svg');
    expect(page).toContain('data:image/jpeg;base64,/9g=');
  });

  it('lets nothing of what was typed become markup', () => {
    const page = recordPage(record({ expected: { plate: '"><script>alert(1)</script>' } }), 'en');
    expect(page).not.toContain('<script>');
    expect(page).toContain('&lt;zhang@example.com&gt;');
  });
});
