import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { AuditEntry } from '../../../gateway/audit/audit.ts';
import { type AuditFile, openAuditFile } from '../../../gateway/audit/audit-file.ts';
import { type Signer, signerOf } from '../../../gateway/journal/signed-head.ts';

export interface Key {
  readonly signer: Signer;
  readonly key: KeyObject;
}

export function newKey(): Key {
  const { privateKey } = generateKeyPairSync('ed25519', {
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  return { signer: signerOf(privateKey), key: createPublicKey(privateKey) };
}

export const entry = (n: number): AuditEntry => ({
  who: 'root',
  what: 'tested',
  subject: `entry:${n}`,
  after: { n },
  at: n,
});

export function openTrail(path: string, { signer }: Key): Promise<AuditFile> {
  return openAuditFile(path, { signer, now: () => 7 });
}

/** A trail with rows 1 to `rows`, each written by itself. */
export async function writeTrail(path: string, key: Key, rows: number): Promise<void> {
  const file = await openTrail(path, key);
  for (let n = 1; n <= rows; n++) await file.append([entry(n)]);
  await file.close();
}
