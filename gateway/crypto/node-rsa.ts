/** RSA blocks by Node's own cryptography. */
import { constants, createPrivateKey, createPublicKey, privateDecrypt, publicEncrypt } from 'node:crypto';
import type { RsaBlocks, RsaPublicKey } from '../../protocol/index.ts';

const BITS = 1024;

/**
 * `privateKey`: PEM of a key of 1024 bits, which is what 0x8A00 has room for. Throws where it is none. Wrong padding gives
 * octets that mean nothing instead of an error, so that nobody can ask the gateway which padding is right.
 */
export function nodeRsa(privateKey: string, theirs?: RsaPublicKey): RsaBlocks {
  const key = createPrivateKey(privateKey);
  const padding = constants.RSA_PKCS1_PADDING;
  if (key.asymmetricKeyType !== 'rsa' || key.asymmetricKeyDetails?.modulusLength !== BITS)
    throw new Error(`expected an RSA key of ${BITS} bits`);
  const publicKey = theirs === undefined ? createPublicKey(key) : publicKeyOf(theirs);
  return {
    decrypt(block) {
      try {
        return new Uint8Array(privateDecrypt({ key, padding }, block));
      } catch {
        return undefined;
      }
    },
    encrypt: (clear) => new Uint8Array(publicEncrypt({ key: publicKey, padding }, clear)),
  };
}

function publicKeyOf({ e, n }: RsaPublicKey) {
  const exponent = Buffer.alloc(4);
  exponent.writeUInt32BE(e);
  const jwk = { kty: 'RSA', e: exponent.toString('base64url'), n: Buffer.from(n).toString('base64url') };
  return createPublicKey({ key: jwk, format: 'jwk' });
}
