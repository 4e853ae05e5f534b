/** A terminal that leaves its vehicle: what it did there is noted, and it forgets its platform. */
import { LinkFault } from '../../terminal-link/faults.ts';
import { jsonText } from '../json-text.ts';
import { readParams } from '../setting.ts';
import type { Finding, Step } from '../step.ts';

const RESTART_MS = 90_000;

/** What it was set to and how far it had come. */
export const LAST_STATE: Step = {
  name: 'lastState',
  zh: '拆前状态',
  en: 'How it is left',
  async run(bench) {
    const { seen, notes, link } = bench;
    const params = await readParams(bench);
    if (params === undefined) return { findings: [{ code: 'params-unread' }] };
    notes.before = params;
    await link.ask('locationQuery').catch(() => undefined);
    await seen.until(() => seen.position !== undefined, RESTART_MS);
    const { position } = seen;
    if (position?.status.includes('positioned') === true)
      notes.position = { latitude: position.latitude, longitude: position.longitude };
    const mileageKm = position?.items['mileage'] ?? params['odometer'];
    return { measured: { mileageKm, alarm: position === undefined ? undefined : [...position.alarm] } };
  },
};

/** Factory settings (0x8105, command 5), so that nothing of the platform goes into the scrap. */
export const FORGET: Step = {
  name: 'forget',
  zh: '恢复出厂设置',
  en: 'Factory settings',
  async run(bench) {
    const { link, notes } = bench;
    try {
      await link.ask('terminalControl', { command: 'restoreFactorySettings' });
    } catch (error) {
      if (!(error instanceof LinkFault) || error.code === 'gone') throw error;
      return { findings: [{ code: 'still-set', found: error.result ?? error.code }] };
    }
    // Some restart for it.
    await link.ready(RESTART_MS);
    const after = await readParams(bench);
    if (after === undefined) return { findings: [{ code: 'params-unread' }] };
    notes.after = after;
    const findings: Finding[] = [];
    const { server } = bench.template;
    const address = jsonText(after['mainServerAddress']);
    if (server !== undefined && address.startsWith(server.host)) findings.push({ code: 'still-set', found: address });
    return { findings, measured: { mainServerAddress: address, plate: after['plateNumber'] } };
  },
};
