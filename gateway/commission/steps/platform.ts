/** The platform's side: an order of the gateway there and back, and the terminal's place in its life. */
import type { LifeState } from '../../registry/life-cycle.ts';
import type { Baseline } from '../notebook.ts';
import type { Expected, Job } from '../order.ts';
import { GatewayFault, type GatewayView } from '../server.ts';
import type { Finding, Step } from '../step.ts';

export const ROUND_TRIP: Step = {
  name: 'roundTrip',
  zh: '平台往返',
  en: 'Round trip to the platform',
  async run({ gateway, link }) {
    const terminal = link.speaker?.terminal;
    if (gateway === undefined || terminal === undefined) return { skipped: 'no-gateway' };
    const known = await gateway.terminal(terminal);
    if (known === undefined) return { findings: [{ code: 'gateway-unknown', found: terminal }] };
    if (!known.online) return { findings: [{ code: 'gateway-offline', found: known.lastHeardAt }] };
    const { state, ms } = await gateway.roundTrip(terminal);
    const findings: Finding[] = state === 'done' ? [] : [{ code: 'no-reply', found: state }];
    return { findings, measured: { where: gateway.url, ms: state === 'done' ? ms : undefined } };
  },
};

/** Where a job leads, by where a terminal stands. What a work order is needed for stands in `life-cycle.ts`. */
const WAYS: Readonly<
  Record<Job, { readonly to: LifeState; readonly by: Readonly<Partial<Record<LifeState, LifeState>>> }>
> = {
  install: {
    to: 'commissioned',
    by: { ordered: 'installed', installed: 'commissioned', removed: 'installed', inService: 'commissioned' },
  },
  replacement: {
    to: 'commissioned',
    by: { ordered: 'installed', installed: 'commissioned', removed: 'installed', inService: 'commissioned' },
  },
  removal: {
    to: 'removed',
    by: {
      installed: 'removalApproved',
      commissioned: 'removalApproved',
      inService: 'removalApproved',
      removalApproved: 'removed',
    },
  },
  recycling: { to: 'recycled', by: { ordered: 'recycled', removed: 'recycled' } },
};
/** No way has more steps. */
const MOST_STEPS = 5;

export const LIFE_CYCLE: Step = {
  name: 'lifeCycle',
  zh: '状态变更',
  en: "Its place in the terminal's life",
  async run({ gateway, link, expected, job, notes, id }) {
    const terminal = link.speaker?.terminal ?? expected.terminal;
    if (notes.failed) return { skipped: 'failed-before' };
    if (gateway === undefined || terminal === undefined) return { skipped: 'no-gateway' };
    const { taken, refusal } = await advanceTo(gateway, { terminal, job, expected, baseline: notes.baseline, id });
    const findings: Finding[] = refusal === undefined ? [] : [{ code: 'life-refused', found: refusal }];
    return { findings, measured: { taken: [...taken] } };
  },
};

export interface Advance {
  readonly terminal: string;
  readonly job: Job;
  readonly expected: Expected;
  readonly baseline: Baseline;
  /** Of the record. */
  readonly id: string;
}

/** Takes a terminal to the end of its job, with its baseline: the states that it went through, and what was refused. */
export async function advanceTo(
  gateway: GatewayView,
  { terminal, job, expected, baseline, id }: Advance,
): Promise<{ readonly taken: readonly LifeState[]; readonly refusal?: string }> {
  const { to, by } = WAYS[job];
  const taken: LifeState[] = [];
  const order = expected.workOrder === undefined ? {} : { workOrder: expected.workOrder };
  let at = await gateway.lifeState(terminal);
  while (at !== to && taken.length < MOST_STEPS) {
    const next: LifeState | undefined = at === undefined ? 'ordered' : by[at];
    if (next === undefined) return { taken, refusal: `terminal ${terminal} is ${at}, and no way leads to ${to}` };
    try {
      await gateway.advance(terminal, next, { ...order, ...(next === to ? { baseline, record: id } : {}) });
    } catch (error) {
      if (!(error instanceof GatewayFault)) throw error;
      return { taken, refusal: error.message };
    }
    taken.push(next);
    at = next;
  }
  return { taken };
}
