/** What the gateway refuses, as an error. */

/** A part of a body or a query that is wrong. */
export interface ProblemFault {
  readonly path: string;
  readonly detail: string;
}

/** Problem details (RFC 9457) of a refusal. `message` is its `detail`. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly status: number;
  /** Stable, for programs: `validation`, `grant`, `unknown-terminal`, … */
  readonly code: string;
  readonly faults: readonly ProblemFault[];
  /** When to ask again, where the gateway says so (429, 503). */
  readonly retryAfterMs: number | undefined;

  constructor(
    status: number,
    said: { readonly code?: unknown; readonly detail?: unknown; readonly faults?: unknown },
    retryAfterMs?: number,
  ) {
    super(typeof said.detail === 'string' ? said.detail : `The gateway answered ${status}.`);
    this.status = status;
    this.code = typeof said.code === 'string' ? said.code : 'unknown';
    this.faults = Array.isArray(said.faults) ? (said.faults as readonly ProblemFault[]) : [];
    this.retryAfterMs = retryAfterMs;
  }
}

/** The problem that a response tells of; what is none, a proxy's page say, is told by its status. */
export async function problemOf(response: Response): Promise<ProblemError> {
  const isProblem = /^application\/(problem\+)?json/.test(response.headers.get('content-type') ?? '');
  const said = isProblem ? ((await response.json().catch(() => ({}))) as object) : {};
  if (!isProblem) await response.body?.cancel();
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  return new ProblemError(response.status, said, Number.isFinite(seconds) ? seconds * 1000 : undefined);
}
