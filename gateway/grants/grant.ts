/**
 * Permission to look at where a vehicle was: somebody asks for one vehicle and one period, with a reason; somebody else, who has
 * the right, lets it through or does not; and it ends by itself.
 */

export const GRANT_STATES = ['requested', 'approved', 'denied', 'revoked', 'expired'] as const;
export type GrantState = (typeof GRANT_STATES)[number];

/** What is asked for; times in epoch ms. */
export interface GrantRequest {
  readonly terminal: string;
  /** GB/T 2260 code of the terminal when it was asked for. */
  readonly division: string;
  /** Of the track, both included. */
  readonly from: number;
  readonly to: number;
  readonly reason: string;
  /** When the permission ends. */
  readonly until: number;
}

export interface Grant extends GrantRequest {
  readonly id: string;
  /** `expired` is whatever was requested or approved and is past its end. */
  readonly state: GrantState;
  readonly requestedBy: string;
  readonly requestedAt: number;
  /** Who approved, denied or revoked it last, when, and with which words; null before. */
  readonly decidedBy: string | null;
  readonly decidedAt: number | null;
  readonly note: string | null;
}

export type Decision = 'approved' | 'denied' | 'revoked';

/** From where a decision may be taken. */
const BEFORE: Readonly<Record<Decision, GrantState>> = {
  approved: 'requested',
  denied: 'requested',
  revoked: 'approved',
};

/** Why a decision cannot be taken; undefined where it can. */
export function decisionFault(grant: Grant, decision: Decision, by: string): 'own' | 'state' | undefined {
  if (grant.state !== BEFORE[decision]) return 'state';
  // Whoever asked may think better of it, and no more.
  return decision === 'approved' && grant.requestedBy === by ? 'own' : undefined;
}

export interface Look {
  readonly terminal: string;
  readonly from: number;
  readonly to: number;
  readonly now: number;
}

/** Whether a grant lets this track be seen now. */
export function grantCovers(grant: Grant, { terminal, from, to, now }: Look): boolean {
  return (
    grant.state === 'approved' &&
    now <= grant.until &&
    grant.terminal === terminal &&
    from >= grant.from &&
    to <= grant.to
  );
}
