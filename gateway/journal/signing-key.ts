/** The key with which a data folder's journal is signed: made at the first start, kept beside the journal. */
import { generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { JournalError } from './errors.ts';
import { type Signer, signerOf } from './signed-head.ts';

/** Where a data folder keeps its private key. */
export function privateKeyPath(dataDir: string): string {
  return join(dataDir, 'keys', 'journal.key');
}

/** Where a data folder keeps its public key, for whoever checks a journal elsewhere. */
export function publicKeyPath(dataDir: string): string {
  return join(dataDir, 'keys', 'journal.pub');
}

/**
 * The signer of a data folder; its key is made where there is none. Throws JournalError `DATA_UNWRITABLE` where it
 * cannot be kept and `DATA_KEY` where what is there is no key: to sign with another would pass for a forgery.
 */
export function openSigner(dataDir: string): Signer {
  return openKey(privateKeyPath(dataDir), publicKeyPath(dataDir));
}

/** Gives a copy of a data folder's journal its key: heads that were signed with it would pass for forgeries under another. */
export function copySigner(from: string, to: string): void {
  const key = privateKeyPath(from);
  if (!existsSync(key)) return;
  const copy = privateKeyPath(to);
  mkdirSync(dirname(copy), { recursive: true, mode: 0o700 });
  writeFileSync(copy, readFileSync(key), { mode: 0o600, flag: 'wx', flush: true });
  writeFileSync(publicKeyPath(to), readFileSync(publicKeyPath(from)), { mode: 0o644, flush: true });
}

/** As `openSigner` for any key, with its public half beside it. */
export function openKey(path: string, publicPath: string): Signer {
  try {
    return signerOf(readFileSync(path, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw new JournalError('DATA_KEY', path, error);
  }
  const { privateKey, publicKey } = generateKeyPairSync('ed25519', {
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(path, privateKey, { mode: 0o600, flag: 'wx', flush: true });
    writeFileSync(publicPath, publicKey, { mode: 0o644, flush: true });
  } catch (error) {
    throw new JournalError('DATA_UNWRITABLE', path, error);
  }
  return signerOf(privateKey);
}
