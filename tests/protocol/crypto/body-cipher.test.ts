import { constants, generateKeyPairSync, privateDecrypt } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nodeRsa } from '../../../gateway/crypto/node-rsa.ts';
import { type BodyCipher, decodeMessage, describeMessage, rsaBodyCipher } from '../../../protocol/index.ts';
import { frameOf, ID, locationBody, packetOf } from '../../support/terminal-frames.ts';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
const PEM = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const rsa = rsaBodyCipher(nodeRsa(PEM));
const header = {} as never;
const CAR = { phone: '013912345678', revision: 2013 } as const;
const packet = (body: Uint8Array, encryption: number): Uint8Array =>
  packetOf(frameOf(CAR, ID.location, 7, body, { encryption }));

/** Every octet turned round: a private scheme under bits 2. */
const turned: BodyCipher = {
  decrypt: (body) => body.map((octet) => octet ^ 0xff),
  encrypt: (body) => body.map((octet) => octet ^ 0xff),
};

describe('RSA of bodies', () => {
  test('gives back any body, in blocks of 128 octets for every 117', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (body) => {
        const encrypted = rsa.encrypt(body, header);
        expect(encrypted.length).toBe(128 * Math.ceil(body.length / 117));
        expect(rsa.decrypt(encrypted, header)).toEqual(body);
      }),
      { numRuns: 30 },
    );
  });

  test('is PKCS#1 v1.5, so that a block is opened by any library', () => {
    const block = rsa.encrypt(Uint8Array.of(1, 2, 3), header);
    expect([...privateDecrypt({ key: privateKey, padding: constants.RSA_PKCS1_PADDING }, block)]).toEqual([1, 2, 3]);
  });

  test('is for the key that a terminal told in 0x0A00', () => {
    const { n } = publicKey.export({ format: 'jwk' });
    const theirs = { e: 65_537, n: new Uint8Array(Buffer.from(n!, 'base64url')) };
    const other = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey;
    const toThem = rsaBodyCipher(nodeRsa(other.export({ type: 'pkcs8', format: 'pem' }).toString(), theirs));
    expect(rsa.decrypt(toThem.encrypt(Uint8Array.of(9), header), header)).toEqual(Uint8Array.of(9));
  });

  test('refuses what is no whole number of blocks, and what is no number below the modulus', () => {
    expect(rsa.decrypt(new Uint8Array(127), header)).toBeUndefined();
    expect(rsa.decrypt(new Uint8Array(128).fill(0xff), header)).toBeUndefined();
  });

  test('takes no key of another size, as 0x8A00 has room for no other', () => {
    const long = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
    const pem = long.export({ type: 'pkcs8', format: 'pem' }).toString();
    expect(() => nodeRsa(pem)).toThrow('1024');
  });
});

describe('an encrypted packet', () => {
  const body = locationBody();

  test('is read like any other with the cipher of its bits, and says how it came', () => {
    for (const [bits, cipher] of [
      [1, rsa],
      [2, turned],
    ] as const) {
      const b = packet(cipher.encrypt(body, header), bits);
      const decoded = decodeMessage(b, 0, b.length, { ciphers: { [bits]: cipher } });
      if ('fault' in decoded) throw new Error(decoded.detail);
      const plain = packet(body, 0);
      const expected = decodeMessage(plain, 0, plain.length);
      expect(decoded.body).toEqual('fault' in expected ? undefined : expected.body);
      expect(describeMessage(decoded).encryption).toBe(bits === 1 ? 'rsa' : 'reserved 2');
    }
  });

  test('is refused without its cipher, or where the cipher does not open it', () => {
    const b = packet(rsa.encrypt(body, header), 1);
    for (const ciphers of [undefined, { 2: turned }, { 1: { ...rsa, decrypt: () => undefined } }])
      expect(decodeMessage(b, 0, b.length, ciphers === undefined ? {} : { ciphers })).toMatchObject({
        fault: 'encrypted',
      });
  });
});
