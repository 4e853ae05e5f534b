/** The platform's side: an order of the gateway there and back, and the terminal's place in its life. */
import type { LifeState } from '../../registry/life-cycle.ts';
import type { Job } from '../order.ts';
import type { Bench, Finding, Step } from '../step.ts';

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
    return { findings, measured: { gateway: gateway.url, ms: state === 'done' ? ms : undefined } };
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

/** Takes the terminal to the end of its job, with its baseline. Throws what the gateway says where it will not. */
export async function advanceTo(
  { gateway, expected, job, notes }: Pick<Bench, 'gateway' | 'expected' | 'job' | 'notes'>,
  terminal: string,
  record: string,
): Promise<readonly LifeState[]> {
  const { to, by } = WAYS[job];
  const taken: LifeState[] = [];
  if (gateway === undefined) return taken;
  let at = (await gateway.lifeState(terminal)) ?? (await ordered(gateway, terminal, taken));
  for (let i = 0; at !== to && i < MOST_STEPS; i++) {
    const next = by[at];
    if (next === undefined) throw new Error(`terminal ${terminal} is ${at}, from where no way leads to ${to}`);
    const { workOrder } = expected;
    await gateway.advance(terminal, next, {
      ...(workOrder === undefined ? {} : { workOrder }),
      ...(next === to ? { baseline: notes.baseline, record } : {}),
    });
    taken.push(next);
    at = next;
  }
  return taken;
}

async function ordered(
  gateway: NonNullable<Bench['gateway']>,
  terminal: string,
  taken: LifeState[],
): Promise<LifeState> {
  await gateway.advance(terminal, 'ordered', {});
  taken.push('ordered');
  return 'ordered';
}
