/** Encrypted bodies: where ciphers are plugged in, and RSA. */
export { type BodyCipher, type BodyCiphers, decipher } from './cipher.ts';
export { type RsaBlocks, rsaBodyCipher, type RsaPublicKey } from './rsa.ts';
