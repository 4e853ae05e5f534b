/** The text form of a platform's address: `tcp://host:port` or `udp://host:port`. */

export interface Target {
  readonly transport: 'tcp' | 'udp';
  readonly host: string;
  readonly port: number;
}

const FORM = /^(tcp|udp):\/\/(\[[0-9a-f:.]+\]|[^:/[\]]+):(\d{1,5})$/i;

/** Undefined where the text is no such address. An IPv6 host is written in brackets. */
export function parseTarget(text: string): Target | undefined {
  const match = FORM.exec(text);
  if (match === null) return undefined;
  const port = Number(match[3]);
  if (port < 1 || port > 65_535) return undefined;
  const host = (match[2] ?? '').replace(/^\[|\]$/g, '');
  return { transport: match[1]?.toLowerCase() === 'udp' ? 'udp' : 'tcp', host, port };
}
