/** Where it is and by which satellites: antenna, fix, BeiDou, strength; and what time it has. */
import type { NmeaFix, SkySatellite } from '../../../protocol/index.ts';
import { given } from '../given.ts';
import { median } from '../observer.ts';
import type { Bench, Finding, Step } from '../step.ts';

/** The terminal tells of a change at once, and of nothing new at its interval: longer than most. */
const REPORT_MS = 65_000;
/** Receivers speak once a second where they are on the line at all. */
const SENTENCE_MS = 2500;
const STRONGEST = 4;

export const CLOCK: Step = {
  name: 'clock',
  zh: '时钟',
  en: 'Its clock',
  async run(bench) {
    const { seen, template } = bench;
    if (!(await reported(bench))) return { findings: [{ code: 'link-lost' }] };
    const offS = (Date.parse(seen.position!.time) - seen.positionAt) / 1000;
    const findings: Finding[] =
      Math.abs(offS) > template.limits.clockS
        ? [{ code: 'clock-off', found: offS, expected: template.limits.clockS }]
        : [];
    return { findings, measured: { terminalTime: seen.position!.time, offS } };
  },
};

/** A report that is made now: asked for, so that nobody waits for the interval. */
async function reported({ seen, link }: Bench): Promise<boolean> {
  const before = seen.reports;
  await link.ask('locationQuery').catch(() => undefined);
  return seen.until(() => seen.position !== undefined && seen.reports > before, REPORT_MS);
}

export const GNSS: Step = {
  name: 'gnss',
  zh: '卫星定位',
  en: 'Satellites',
  async run(bench) {
    const { clock, seen, template, notes } = bench;
    const { limits } = template;
    const began = clock.now();
    await seen.until(() => seen.fix !== undefined, SENTENCE_MS);
    const hadFix = isFixed(bench);
    await seen.until(() => isFixed(bench) || antennaFault(bench) !== undefined, limits.fixS * 1000);
    const fixS = hadFix ? 0 : Math.round((clock.now() - began) / 1000);
    // What was reported before the fix says nothing of it.
    if (isFixed(bench)) await reported(bench);
    const { fix, position } = seen;
    const findings: Finding[] = [];
    const antenna = antennaFault(bench);
    if (antenna !== undefined) findings.push({ code: antenna });
    else if (seen.isOn('gnssFault')) findings.push({ code: 'gnss-fault' });
    else if (!isFixed(bench)) findings.push({ code: 'no-fix', found: fixS, expected: limits.fixS });
    else findings.push(...skyFindings(bench));
    const satellites = fix?.satellitesUsed ?? numberOf(position?.items['satellites']);
    const cn0 = fix === undefined ? undefined : strength(fix.satellites);
    if (isFixed(bench) && position !== undefined) {
      const { latitude, longitude } = position;
      notes.position = { latitude, longitude };
      notes.baseline = { ...notes.baseline, ...given({ satellites, cn0 }) };
    }
    return {
      findings,
      measured: {
        fixS: isFixed(bench) ? fixS : undefined,
        satellites,
        beidou: fix === undefined ? undefined : used(fix, 'beidou'),
        beidouUsed: beidouUsed(bench),
        cn0,
        hdop: fix?.hdop,
        antenna: fix?.antenna ?? (antenna === undefined ? 'ok' : antenna),
        latitude: notes.position?.latitude,
        longitude: notes.position?.longitude,
        bars: fix?.satellites.map(({ system, number, cn0: level }) => ({ system, id: number, cn0: level ?? null })),
      },
    };
  },
};

/** The receiver's own word before that of a report, which may be old. */
function isFixed({ seen }: Bench): boolean {
  return seen.fix?.valid ?? seen.position?.status.includes('positioned') ?? false;
}

function antennaFault({ seen }: Bench): 'antenna-open' | 'antenna-short' | undefined {
  const { fix } = seen;
  if (seen.isOn('gnssAntennaCut') || fix?.antenna === 'open') return 'antenna-open';
  if (seen.isOn('gnssAntennaShort') || fix?.antenna === 'short') return 'antenna-short';
  return undefined;
}

function skyFindings(bench: Bench): Finding[] {
  const { seen, template } = bench;
  const { satellites, beidou, cn0 } = template.limits;
  const findings: Finding[] = [];
  const { fix } = seen;
  const count = fix?.satellitesUsed ?? numberOf(seen.position?.items['satellites']);
  if (count !== undefined && count < satellites)
    findings.push({ code: 'few-satellites', found: count, expected: satellites });
  const ofBeidou = fix === undefined ? undefined : used(fix, 'beidou');
  if (!beidouUsed(bench)) findings.push({ code: 'no-beidou', found: ofBeidou ?? false, expected: beidou });
  else if (ofBeidou !== undefined && ofBeidou < beidou)
    findings.push({ code: 'few-satellites', found: { beidou: ofBeidou }, expected: { beidou } });
  const level = fix === undefined ? undefined : strength(fix.satellites.filter(({ system }) => system === 'beidou'));
  if (level !== undefined && level < cn0) findings.push({ code: 'weak-satellites', found: level, expected: cn0 });
  return findings;
}

function beidouUsed({ seen }: Bench): boolean {
  if (seen.fix !== undefined) return used(seen.fix, 'beidou') > 0;
  return seen.position?.status.includes('beidouUsed') ?? false;
}

function used({ systems }: NmeaFix, system: string): number {
  return systems.find((each) => each.system === system)?.used ?? 0;
}

/** Of the strongest: what a low one on the horizon receives says nothing of the antenna. */
function strength(satellites: readonly SkySatellite[]): number | undefined {
  const levels = satellites.flatMap(({ cn0 }) => (cn0 === undefined ? [] : [cn0])).toSorted((a, b) => b - a);
  const strongest = levels.slice(0, STRONGEST);
  if (strongest.length === 0) return undefined;
  return Math.round((10 * strongest.reduce((sum, level) => sum + level, 0)) / strongest.length) / 10;
}

const numberOf = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);

export const CELLULAR: Step = {
  name: 'cellular',
  zh: '移动通信',
  en: 'Cellular',
  async run({ seen, template, notes }) {
    const csq = median(seen.csq);
    const { iccid, imei } = notes.terminal;
    if (csq === undefined) return { skipped: 'not-told', measured: { iccid, imei } };
    const findings: Finding[] = [];
    if (csq === UNKNOWN_CSQ) findings.push({ code: 'no-cellular' });
    else if (csq < template.limits.csq)
      findings.push({ code: 'weak-cellular', found: csq, expected: template.limits.csq });
    else notes.baseline = { ...notes.baseline, csq };
    // 3GPP TS 27.007 8.5: 0 is −113 dBm, each step 2 dB.
    return { findings, measured: { csq, dbm: csq === UNKNOWN_CSQ ? undefined : 2 * csq - 113, iccid, imei } };
  },
};

const UNKNOWN_CSQ = 99;
