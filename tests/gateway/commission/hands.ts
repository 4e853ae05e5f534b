import type { Deed } from '../../../gateway/commission/step.ts';

/** What a hand types at the simulated vehicle. */
export const HANDS: Readonly<Record<Deed, string>> = {
  keyOff: 'key-off',
  keyOn: 'key-on',
  drive: 'drive 40',
  cutPower: 'cut-power',
  restorePower: 'restore-power',
  unplugAntenna: 'unplug-antenna',
  plugAntenna: 'plug-antenna',
  openCase: 'open-case',
  closeCase: 'close-case',
};
