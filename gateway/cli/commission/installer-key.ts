/** The key with which an installer signs: made at the first job, kept for whoever uses this machine. */
import { createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { openKey } from '../../journal/signing-key.ts';
import type { Signer } from '../../journal/signed-head.ts';

/** `$XDG_CONFIG_HOME/xingji`, or `~/.config/xingji`. */
export function usualKeyFolder(): string {
  return join(process.env['XDG_CONFIG_HOME'] || join(homedir(), '.config'), 'xingji');
}

/** Throws JournalError where the key cannot be read or kept. */
export function installerKey(folder: string): { readonly signer: Signer; readonly publicKey: string } {
  const path = join(folder, 'installer.key');
  const signer = openKey(path, join(folder, 'installer.pub'));
  const key = createPublicKey(readFileSync(path, 'utf8'));
  return { signer, publicKey: key.export({ type: 'spki', format: 'pem' }).toString() };
}
