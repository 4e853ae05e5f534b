/**
 * RSA with keys of 1024 bits, as 0x8A00 and 0x0A00 exchange them. The standard says neither padding nor blocks nor
 * whether a message is split before or after: PKCS#1 v1.5 over blocks of 117 octets, encrypted before it is split into
 * parts, is what is done.
 */
import type { BodyCipher } from './cipher.ts';

/** Octets of a block in the clear: those of the modulus less 11 of padding. */
const CLEAR_BLOCK = 117;
/** Octets of a block that is encrypted: those of the modulus. */
const BLOCK = 128;

/** A public key, as 0x8A00 and 0x0A00 have it: `n` is 128 octets, high octet first. */
export interface RsaPublicKey {
  readonly e: number;
  readonly n: Uint8Array;
}

/** The two operations on one block, padding included: Node's or the browser's own. */
export interface RsaBlocks {
  /** With our private key; undefined where the padding is wrong. */
  decrypt(block: Uint8Array): Uint8Array | undefined;
  /** With the other side's public key. */
  encrypt(clear: Uint8Array): Uint8Array;
}

/** A cipher for bit 10. An empty body stays empty. */
export function rsaBodyCipher(blocks: RsaBlocks): BodyCipher {
  return {
    decrypt(body) {
      if (body.length % BLOCK !== 0) return undefined;
      const clear: Uint8Array[] = [];
      for (let at = 0; at < body.length; at += BLOCK) {
        const block = blocks.decrypt(body.subarray(at, at + BLOCK));
        if (block === undefined) return undefined;
        clear.push(block);
      }
      return joined(clear);
    },
    encrypt(body) {
      const encrypted: Uint8Array[] = [];
      for (let at = 0; at < body.length; at += CLEAR_BLOCK)
        encrypted.push(blocks.encrypt(body.subarray(at, Math.min(body.length, at + CLEAR_BLOCK))));
      return joined(encrypted);
    },
  };
}

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(chunks.reduce((size, chunk) => size + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}
