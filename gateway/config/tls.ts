/** Certificates of a listener: as they are declared, checked, and handed to Node. */
import { createSecureContext, type TlsOptions } from 'node:tls';
import { type Static, Type } from 'typebox';
import { choice, secret } from './setting.ts';

/** The settings of every `tls` section. */
export const TLS_SETTINGS = {
  cert: secret('Certificate chain (PEM) of this listener; `certFile` names a file with it.', { absent: 'no TLS' }),
  key: secret('Private key (PEM) of the certificate; `keyFile` names a file with it.', { absent: 'no TLS' }),
  ca: Type.Optional(
    secret('Certificates (PEM) by which those of clients are judged; `caFile` names a file with them.', {
      absent: 'clients show none',
    }),
  ),
  clients: choice(
    'Whether clients show a certificate: not asked for (`none`), looked at where one is shown (`optional`), or nobody is let in without one (`required`). The last two need `ca`.',
    ['none', 'optional', 'required'],
    { default: 'none' },
  ),
} as const;

const SECTION = Type.Object(TLS_SETTINGS);
/** A complete `tls` section. */
export type TlsConfig = Static<typeof SECTION>;

/** What Node's servers want. Nothing older than TLS 1.2 is spoken. */
export function tlsServerOptions({ cert, key, ca, clients }: TlsConfig): TlsOptions {
  return {
    cert,
    key,
    ...(ca === undefined ? {} : { ca }),
    requestCert: clients !== 'none',
    rejectUnauthorized: clients === 'required',
    minVersion: 'TLSv1.2',
  };
}

/** What is wrong with certificates, by setting; nothing where they can be used. */
export function tlsFaults(
  given: Partial<TlsConfig>,
): readonly { readonly key: keyof TlsConfig; readonly got: string; readonly expected: string }[] {
  const { cert, key, ca, clients } = given;
  if (cert === undefined) return [];
  if (key === undefined) return [{ key: 'key', got: 'nothing', expected: 'the private key of the certificate' }];
  if (clients !== undefined && clients !== 'none' && ca === undefined)
    return [{ key: 'ca', got: 'nothing', expected: `certificates by which those of clients are judged (${clients})` }];
  try {
    createSecureContext({ cert, key, ca });
    return [];
  } catch (error) {
    return [{ key: 'cert', got: (error as Error).message, expected: 'a certificate chain and its private key in PEM' }];
  }
}
