/** A job at a simulated vehicle, on virtual time, with a hand that does at once what it is asked. */
import { newNotebook } from '../../../gateway/commission/notebook.ts';
import { Observer } from '../../../gateway/commission/observer.ts';
import type { Expected, Job } from '../../../gateway/commission/order.ts';
import { runSteps, type StepOutcome } from '../../../gateway/commission/run.ts';
import type { GatewayView } from '../../../gateway/commission/server.ts';
import type { Bench, Deed } from '../../../gateway/commission/step.ts';
import { NO_TEMPLATE, type Template } from '../../../gateway/commission/template.ts';
import { readCommand } from '../../../simulator/drill/commands.ts';
import { HANDS } from './hands.ts';
import { bench as linked, type Bench as Linked } from '../terminal-link/support.ts';

export interface Commissioned {
  readonly outcomes: readonly StepOutcome[];
  readonly notes: Bench['notes'];
  readonly linked: Linked;
  readonly asked: readonly Deed[];
}

export interface JobOptions {
  readonly job?: Job;
  readonly profile?: string;
  readonly way?: 'serial' | 'tcp';
  readonly expected?: Expected;
  readonly template?: Partial<Template>;
  /** Commands of a drill, given before the job begins. */
  readonly before?: readonly string[];
  /** What the hand does; undefined: nobody is there. */
  readonly hand?: Readonly<Partial<Record<Deed, string | 'skip' | 'nothing'>>>;
  readonly gateway?: GatewayView;
}

/** Until its receiver has a fix, as one that was not switched on just now. */
const WARM_MS = 90_000;

export function act({ trainee }: Linked, text: string): void {
  const read = readCommand(text);
  if ('wrong' in read) throw new Error(read.wrong);
  trainee.do(read.command.deed(trainee.causes, read.value));
}

export async function commissioned(options: JobOptions = {}): Promise<Commissioned> {
  const { job = 'install', expected = {}, template = {}, before = [], hand, gateway } = options;
  const { profile = 'E', way = 'serial' } = options;
  const bench = await linked({ profile, way });
  const { clock, link, within, run } = bench;
  await run(WARM_MS);
  for (const text of before) act(bench, text);
  await run(15_000);
  const notes = newNotebook();
  const asked: Deed[] = [];
  const running = runSteps(
    {
      id: 'C-1',
      job,
      waitMs: 90_000,
      clock,
      link,
      seen: new Observer(link, clock),
      expected,
      template: { ...NO_TEMPLATE, ...template },
      gateway,
      notes,
      hand: {
        does: () => hand !== undefined,
        confirm: async () => true,
        ask(deed, _seconds, skipped) {
          asked.push(deed);
          const how = hand?.[deed] ?? HANDS[deed];
          return clock.wake(clock.monotonic() + 1000, () => {
            if (how === 'skip') skipped();
            else if (how !== 'nothing') act(bench, how);
          });
        },
      },
    },
    { began: () => undefined, ended: () => undefined },
  );
  return { outcomes: await within(running, 1_800_000), notes, linked: bench, asked };
}

/** `step code` of all that was found. */
export function found(outcomes: readonly StepOutcome[]): string[] {
  return outcomes.flatMap(({ step, findings }) => findings.map(({ code }) => `${step} ${code}`));
}

export function states(outcomes: readonly StepOutcome[]): Record<string, string> {
  return Object.fromEntries(outcomes.map(({ step, state, skipped }) => [step, skipped ?? state]));
}
