/** An address that cannot be listened on: somebody else has it, it is not ours, or we may not. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
  readonly code: string;

  constructor(
    transport: 'tcp' | 'udp' | 'tls' | 'http',
    at: { host: string; port: number },
    cause: NodeJS.ErrnoException,
  ) {
    super(`${transport} ${at.host}:${at.port}: ${REASON[cause.code ?? ''] ?? cause.message}`, { cause });
    this.code = cause.code ?? 'LISTEN';
  }
}

const REASON: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program listens there',
  EADDRNOTAVAIL: 'this machine has no such address',
  EACCES: 'listening there is not permitted',
};
