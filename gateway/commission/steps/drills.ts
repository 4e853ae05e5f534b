/**
 * Drills: what an intruder would do is done once, and it is seen that the terminal tells, that it is told again when all
 * is well, and what the gateway made of it. Where nobody is there to do it, one that somebody did by himself counts.
 */
import type { EpochMs } from '../../../protocol/index.ts';
import type { FindingCode } from '../findings.ts';
import type { RaisedEvent } from '../server.ts';
import type { Bench, Deed, Finding, Step, StepResult } from '../step.ts';
import { asked } from './asked.ts';

interface Drill {
  readonly name: string;
  readonly zh: string;
  readonly en: string;
  /** Alarms or sensors, of which one must come and go. */
  readonly signs: readonly string[];
  readonly begin: Deed;
  readonly end: Deed;
  readonly unseen: FindingCode;
  readonly stays: FindingCode;
  /** Whether the terminal can tell at all. */
  tells(bench: Bench): boolean;
  /** Event codes of the gateway of which one is to be expected. */
  readonly events: readonly string[];
}

/** Work that an open order covers is concluded to be that. */
const COVERED = 'N606';
/** The gateway concludes some of it only after a while. */
const GATEWAY_MS = 20_000;
const LOOK_MS = 1000;

const DRILLS: readonly Drill[] = [
  {
    name: 'drillPower',
    zh: '断电演练',
    en: 'Drill: main power cut',
    signs: ['mainPowerOff'],
    begin: 'cutPower',
    end: 'restorePower',
    unseen: 'cut-not-seen',
    stays: 'restore-not-seen',
    tells: () => true,
    events: ['A8', 'T101', 'T102', 'T103'],
  },
  {
    name: 'drillAntenna',
    zh: '拔天线演练',
    en: 'Drill: antenna unplugged',
    signs: ['gnssAntennaCut', 'gnssAntennaShort'],
    begin: 'unplugAntenna',
    end: 'plugAntenna',
    unseen: 'unplug-not-seen',
    stays: 'plug-not-seen',
    tells: () => true,
    events: ['A5', 'A6', 'T201', 'T203', 'T205', 'F502'],
  },
  {
    name: 'drillCase',
    zh: '开盖演练',
    en: 'Drill: case opened',
    signs: ['caseOpen'],
    begin: 'openCase',
    end: 'closeCase',
    unseen: 'case-not-seen',
    stays: 'case-open',
    tells: ({ seen }) => seen.position?.reading.caseOpen !== undefined,
    events: ['T104'],
  },
];

export const DRILL_STEPS: readonly Step[] = DRILLS.map((drill) => ({
  name: drill.name,
  zh: drill.zh,
  en: drill.en,
  run: (bench) => run(drill, bench),
}));

async function run(drill: Drill, bench: Bench): Promise<StepResult> {
  const { hand, seen, clock } = bench;
  if (!drill.tells(bench)) return { skipped: 'not-told' };
  const isOn = (): boolean => drill.signs.some((sign) => seen.isOn(sign));
  if (!hand.does(drill.begin)) return byItself(drill, bench);
  const began = clock.now();
  const reports = seen.reports;
  const begun = await asked(bench, drill.begin, isOn);
  if (begun.skipped) return { skipped: 'declined' };
  const ended = await asked(bench, drill.end, () => !isOn() && seen.heardAt >= began);
  const findings: Finding[] = [];
  if (!begun.met)
    findings.push({ code: drill.begin === 'cutPower' && seen.reports === reports ? 'cut-silent' : drill.unseen });
  else if (!ended.met && !ended.skipped) findings.push({ code: drill.stays });
  const gateway = await byGateway(drill, bench, began);
  if (gateway?.length === 0) findings.push({ code: 'gateway-blind', expected: [...drill.events] });
  return {
    findings,
    measured: {
      toldAfterS: begun.met ? begun.seconds : undefined,
      clearedAfterS: ended.met ? ended.seconds : undefined,
      gateway: gateway === undefined ? 'skipped' : [...gateway],
    },
  };
}

/** What came and went while nobody was asked for it. */
function byItself({ signs }: Drill, { seen }: Bench): StepResult {
  const on = signs.map((sign) => seen.edge(sign, true, 0)).find((edge) => edge !== undefined);
  const off = on === undefined ? undefined : seen.edge(on.name, false, on.at);
  if (on === undefined || off === undefined) return { skipped: 'nobody-there' };
  return { measured: { sign: on.name, clearedAfterS: (off.at - on.at) / 1000 } };
}

/**
 * Codes of events that the gateway raised since, as soon as there is one; undefined without a gateway. What an order
 * covers it says once: then that it did counts.
 */
async function byGateway({ events }: Drill, bench: Bench, since: EpochMs): Promise<readonly string[] | undefined> {
  const { gateway, clock, link, notes } = bench;
  const terminal = link.speaker?.terminal;
  if (gateway === undefined || terminal === undefined) return undefined;
  for (let waited = 0; ; waited += LOOK_MS) {
    const all = await gateway.events(terminal);
    const raised = all.filter(({ at }) => Date.parse(at) >= since);
    const isIt = ({ code }: RaisedEvent): boolean => code === COVERED || events.includes(code);
    if (raised.some(isIt) || waited >= GATEWAY_MS) {
      const told = raised.length > 0 ? raised : all.filter(({ code }) => code === COVERED);
      const codes = [...new Set(told.map(({ code }) => code))];
      notes.events.push(...codes);
      return codes;
    }
    await new Promise<void>((resolve) => clock.wake(clock.monotonic() + LOOK_MS, resolve));
  }
}
