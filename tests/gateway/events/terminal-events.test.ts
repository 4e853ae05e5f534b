import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CODES, codeName } from '../../../gateway/events/codes.ts';
import type { AlarmSignal } from '../../../gateway/events/signals.ts';
import { isOpen, type EventStep, stepId } from '../../../gateway/events/step.ts';
import { type KeptEvents, TerminalEvents } from '../../../gateway/events/terminal-events.ts';
import { stepWords } from '../../../gateway/events/wording.ts';
import { eventPayload } from '../../../gateway/events/payload.ts';
import type { Finding } from '../../../gateway/fold/detect/finding.ts';
import { checker, CONTRACT_SCHEMAS } from '../../../bridge/index.ts';
import { NOON } from '../../support/terminal-frames.ts';
import { findingOf, T } from './support.ts';

type Input =
  | { readonly kind: 'report'; readonly signals: readonly AlarmSignal[] }
  | { readonly kind: 'finding'; readonly finding: Pick<Finding, 'key' | 'stage' | 'code' | 'axis' | 'severity'> }
  | { readonly kind: 'act'; readonly action: 'acknowledge' | 'close' | 'reopen'; readonly which: number };

const signal = fc
  .record({
    code: fc.constantFrom('A0', 'A1', 'A5', 'A8', 'V1', 'S6401'),
    flag: fc.constantFrom('on' as const, 'end' as const),
  })
  .map(({ code, flag }): AlarmSignal => (code === 'S6401' ? { code, flag, forMs: 60_000 } : { code, flag: 'on' }));

const input: fc.Arbitrary<Input> = fc.oneof(
  fc.record({
    kind: fc.constant('report' as const),
    signals: fc.uniqueArray(signal, { maxLength: 4, selector: ({ code }) => code }),
  }),
  fc.record({
    kind: fc.constant('finding' as const),
    finding: fc
      .tuple(
        fc.constantFrom(['gnss', 'T201'] as const, ['power', 'T101'] as const),
        fc.constantFrom('raised', 'updated', 'confirmed', 'cleared', 'authorised', 'reopened') as fc.Arbitrary<
          Finding['stage']
        >,
        fc.constantFrom(2, 3) as fc.Arbitrary<Finding['severity']>,
      )
      .map(([[axis, code], stage, severity]) => ({ key: `${T} ${axis}`, axis, code, stage, severity })),
  }),
  fc.record({
    kind: fc.constant('act' as const),
    action: fc.constantFrom('acknowledge' as const, 'close' as const, 'reopen' as const),
    which: fc.nat(20),
  }),
);
const story = fc.array(fc.tuple(fc.constantFrom(1000, 10_000, 40_000, 400_000, 5 * 3_600_000), input), {
  maxLength: 60,
});

/** Plays a story; where `again` says so the machine is made anew from what it kept. */
function play(
  inputs: readonly (readonly [number, Input])[],
  again: (at: number) => boolean = () => false,
): EventStep[] {
  const steps: EventStep[] = [];
  const parts = {
    identity: () => ({ vehicle: null, division: '530102' }),
    emit: (step: EventStep) => steps.push(step),
  };
  let machine = new TerminalEvents(T, parts);
  let now = NOON;
  const counts = new Map<string, number>();
  for (const [at, [wait, one]] of inputs.entries()) {
    now += wait;
    machine.expire(now);
    if (one.kind === 'report')
      machine.alarms.report(one.signals, { factTime: now, receivedAt: now, seq: at + 1, serial: at });
    else if (one.kind === 'finding') {
      const step = counts.get(one.finding.key) ?? 0;
      counts.set(one.finding.key, step + 1);
      machine.finding(findingOf({ ...one.finding, step, at: now, seq: at + 1 }));
    } else {
      const known = steps[one.which];
      if (known !== undefined) machine.act({ action: one.action, event: known.event, by: 'li', reason: 'x' }, now);
    }
    if (again(at)) machine = new TerminalEvents(T, parts, JSON.parse(JSON.stringify(machine.keep())) as KeptEvents);
  }
  return steps;
}

describe('whatever happens to a terminal', () => {
  it('steps of an event are counted without a gap, and each follows from where it stood', () => {
    fc.assert(
      fc.property(story, (inputs) => {
        const last = new Map<string, EventStep>();
        for (const step of play(inputs)) {
          const before = last.get(step.event);
          expect(step.step).toBe(before === undefined ? 0 : before.step + 1);
          if (before === undefined)
            expect(['raised', 'confirmed', 'reopened', 'cleared', 'authorised']).toContain(step.state);
          else {
            expect(step.at).toBeGreaterThanOrEqual(before.at);
            expect(step.state === 'reopened').toBe(!isOpen(before.status) && isOpen(step.status));
          }
          last.set(step.event, step);
        }
      }),
    );
  });

  it('one event at a time is open on each axis, and none of an alarm that the detector speaks of', () => {
    fc.assert(
      fc.property(story, (inputs) => {
        const open = new Map<string, string>();
        const owner = { A5: 'gnss', A8: 'power' } as Readonly<Record<string, string>>;
        const doubled = play(inputs).filter(({ axis, event, status, origin }) => {
          const other = open.get(axis) ?? event;
          if (isOpen(status)) open.set(axis, event);
          else if (other === event) open.delete(axis);
          const owned = origin === 'terminal' && open.has(owner[axis] ?? '');
          return isOpen(status) && (owned || (origin !== 'person' && other !== event));
        });
        expect(doubled).toEqual([]);
      }),
    );
  });

  it('a finding of an event that is forgotten begins one anew, and those after it belong to that', () => {
    const finding = (stage: Finding['stage']): Input => ({
      kind: 'finding',
      finding: { key: `${T} power`, axis: 'power', code: 'T101', stage, severity: 2 },
    });
    const up = (...codes: readonly string[]): Input => ({
      kind: 'report',
      signals: codes.map(
        (code): AlarmSignal => (code === 'S6401' ? { code, flag: 'on', forMs: 60_000 } : { code, flag: 'on' }),
      ),
    });
    // Alarms that are still up stand in the way of what ended: four are kept.
    const steps = play([
      [1000, up('A0', 'A5', 'A1')],
      [1000, finding('cleared')],
      [1000, up('S6401')],
      [400_000, { kind: 'act', action: 'acknowledge', which: 0 }],
      [1000, finding('raised')],
      [1000, finding('raised')],
    ]).filter(({ axis }) => axis === 'power');
    expect(steps.map(({ key, state }) => [key, state])).toEqual([
      [`${T} power`, 'cleared'],
      [`${T} power#1`, 'raised'],
      [`${T} power#1`, 'updated'],
    ]);
  });

  it('what it kept leads on to the same steps', () => {
    fc.assert(
      fc.property(story, fc.func(fc.boolean()), (inputs, again) => {
        expect(play(inputs, again)).toEqual(play(inputs));
      }),
    );
  });

  it('every step is in form, and says something in both languages', () => {
    const faultsOf = checker(CONTRACT_SCHEMAS['event']!);
    fc.assert(
      fc.property(story, (inputs) => {
        for (const step of play(inputs)) {
          const payload = eventPayload(step, { seq: 1 });
          expect(faultsOf(payload)).toEqual([]);
          expect(payload.id).toBe(stepId(step));
          const { 'zh-CN': zh, en } = stepWords(step);
          expect(zh).toContain(codeName(step.code).zh);
          expect(en.toLowerCase()).toContain(codeName(step.code).en.toLowerCase());
        }
      }),
      { numRuns: 30 },
    );
  });
});

describe('codes', () => {
  it('all have names in both languages and a severity', () => {
    expect(Object.keys(CODES).length).toBeGreaterThan(110);
    for (const [code, { zh, en, severity }] of Object.entries(CODES)) {
      expect(code).toMatch(/^([TFNR]\d{3}|[AV]\d{1,2}|S[0-9A-F]{4})$/);
      expect(zh).toMatch(/\p{Script=Han}/u);
      expect(en).not.toMatch(/\p{Script=Han}/u);
      expect([0, 1, 2, 3, 4]).toContain(severity);
    }
  });
});
