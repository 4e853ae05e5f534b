/** What leaves this machine in clear by the settings: said when the gateway starts, and by `xingji doctor`. */
import { formatAddress, isLoopback } from './address.ts';
import type { Config } from './schema.ts';

/** A listener that whoever is on the way can read, and what would answer that. */
export interface Exposure {
  readonly setting: string;
  readonly address: string;
  readonly advice: string;
}

/** Listeners beyond loopback that are not encrypted. */
export function exposuresOf({
  http,
  jt808,
  attachments,
}: Pick<Config, 'http' | 'jt808' | 'attachments'>): readonly Exposure[] {
  const found: Exposure[] = [];
  const look = (setting: string, listen: Config['http']['listen'] | undefined, advice: string): void => {
    if (listen !== undefined && !isLoopback(listen.host))
      found.push({ setting, address: formatAddress(listen), advice });
  };
  if (http.tls === undefined) look('http.listen', http.listen, 'let nobody but the proxy that terminates TLS reach it');
  look('jt808.listen', jt808.listen, 'use a private APN, a VPN or jt808.tls');
  look('attachments.listen', attachments?.listen, 'use a private APN or a VPN');
  return found;
}
