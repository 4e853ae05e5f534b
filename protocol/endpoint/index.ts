/** What either side of a session counts and waits for. */
export { type Overdue as RequestOverdue, Pending, type RetryRule, replyTimeout } from './pending.ts';
export { Serials } from './serials.ts';
