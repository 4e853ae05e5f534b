/** What the terminal is wired to: ignition, speed pulses, supply, and the battery inside. */
import { median } from '../observer.ts';
import type { Bench, Finding, Step } from '../step.ts';
import { asked } from './asked.ts';

/** Above it a vehicle has 24 V. */
const CLASS_24_V = 16;
const DRIVING_KMH = 10;
/** Pulses and satellites may differ by this share. */
const SPEED_SHARE = 0.2;

export const ACC: Step = {
  name: 'acc',
  zh: 'ACC 线',
  en: 'ACC wire',
  async run(bench) {
    const { seen, hand } = bench;
    const findings: Finding[] = [];
    // A vehicle is parked with its key off while it is worked at: nobody need be told that.
    const off = hand.does('keyOff')
      ? await asked(bench, 'keyOff', () => seen.position !== undefined && !seen.isOn('acc'))
      : { met: seen.position !== undefined && !seen.isOn('acc'), skipped: false };
    if (!off.met && !off.skipped) return { findings: [{ code: 'acc-tied' }], measured: { keyOff: 'on' } };
    if (!hand.does('keyOn')) return { findings, measured: { keyOff: 'off' } };
    const on = await asked(bench, 'keyOn', () => seen.isOn('acc'));
    if (off.skipped && on.skipped) return { skipped: 'declined' };
    if (!on.met && !on.skipped) findings.push({ code: 'acc-cut' });
    return { findings, measured: { keyOff: 'off', ...(on.skipped ? {} : { keyOn: on.met ? 'on' : 'off' }) } };
  },
};

export const SPEED: Step = {
  name: 'speed',
  zh: '速度线',
  en: 'Speed wire',
  async run(bench) {
    const { seen, hand } = bench;
    if (seen.position === undefined || seen.position.items['recorderSpeed'] === undefined)
      return { skipped: 'not-told' };
    if (!hand.does('drive')) return { skipped: 'nobody-there' };
    const pulses = (): number => Number(seen.position?.items['recorderSpeed'] ?? 0);
    const speed = (): number => seen.position?.speed ?? 0;
    const { skipped } = await asked(bench, 'drive', () => speed() >= DRIVING_KMH);
    if (skipped) return { skipped: 'declined' };
    const findings: Finding[] = [];
    if (speed() >= DRIVING_KMH && pulses() === 0) findings.push({ code: 'no-pulses', found: 0, expected: speed() });
    else if (Math.abs(pulses() - speed()) > SPEED_SHARE * Math.max(speed(), DRIVING_KMH))
      findings.push({ code: 'pulses-off', found: pulses(), expected: speed() });
    return { findings, measured: { pulsesKmh: pulses(), satellitesKmh: speed() } };
  },
};

export const POWER: Step = {
  name: 'power',
  zh: '供电与备用电池',
  en: 'Supply and backup battery',
  async run(bench) {
    const { seen, template, notes } = bench;
    const { limits } = template;
    const findings: Finding[] = [];
    const reading = seen.position?.reading ?? {};
    const supplyMv = median(seen.supplyMv);
    if (supplyMv !== undefined) {
      const [least, most] = limits.restV[supplyMv / 1000 > CLASS_24_V ? 24 : 12];
      const volts = supplyMv / 1000;
      if (volts < least) findings.push({ code: 'supply-low', found: volts, expected: least });
      else if (volts > most) findings.push({ code: 'supply-high', found: volts, expected: most });
      // With the engine running it is the alternator that is measured.
      else if (!seen.isOn('acc')) notes.baseline = { ...notes.baseline, restMv: supplyMv };
    }
    if (seen.isOn('mainPowerOff') || seen.isOn('mainPowerLow'))
      findings.push({ code: 'power-alarm', found: seen.isOn('mainPowerOff') ? 'mainPowerOff' : 'mainPowerLow' });
    findings.push(...backupFindings(bench));
    const { backupPercent, backupMv } = reading;
    const told = supplyMv ?? backupPercent ?? backupMv;
    if (told === undefined && findings.length === 0) return { skipped: 'not-told' };
    return { findings, measured: { supplyMv, backupPercent, backupMv } };
  },
};

function backupFindings({ seen, template }: Bench): Finding[] {
  const { backupPercent, backupMv, backupLow } = seen.position?.reading ?? {};
  const { limits } = template;
  if (backupPercent !== undefined && backupPercent < limits.backupPercent)
    return [{ code: 'backup-flat', found: backupPercent, expected: limits.backupPercent }];
  if (backupPercent === undefined && backupMv !== undefined && backupMv < limits.backupMv)
    return [{ code: 'backup-flat', found: backupMv, expected: limits.backupMv }];
  return backupLow === true ? [{ code: 'backup-flat', found: 'low' }] : [];
}
