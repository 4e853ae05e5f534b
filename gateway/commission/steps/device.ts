/** What the terminal is: 0x0107 against order and archive. Editions before 2013 have no such question. */
import type { Json } from '../../../protocol/index.ts';
import { LinkFault } from '../../terminal-link/faults.ts';
import type { Finding, Step } from '../step.ts';

interface Attributes {
  readonly manufacturerId: string;
  readonly terminalModel: string;
  readonly terminalId: string;
  readonly iccid: string;
  readonly hardwareVersion: string;
  readonly firmwareVersion: string;
  readonly gnssAttributes?: readonly string[];
  readonly commAttributes?: readonly string[];
}

export const DEVICE: Step = {
  name: 'device',
  zh: '终端属性',
  en: 'What the terminal is',
  async run({ link, seen, expected, notes }) {
    if (link.speaker?.revision === 2011) return { skipped: 'not-in-edition' };
    let attributes: Attributes;
    try {
      const { body } = await link.ask('queryTerminalAttributes');
      attributes = body as unknown as Attributes;
    } catch (error) {
      if (!(error instanceof LinkFault) || error.code === 'gone') throw error;
      return { findings: [{ code: 'attributes-unread', found: error.message }] };
    }
    const { terminalId, iccid, gnssAttributes } = attributes;
    const imei = seen.imei ?? seen.position?.reading.imei;
    const findings: Finding[] = [];
    const compare = (code: Finding['code'], found: string | undefined, wanted: string | undefined): void => {
      if (found === undefined || wanted === undefined || sameNumber(found, wanted)) return;
      findings.push({ code, found, expected: wanted });
    };
    compare('other-terminal-id', terminalId, expected.terminalId);
    compare('other-iccid', iccid, expected.iccid);
    compare('other-imei', imei, expected.imei);
    if (gnssAttributes !== undefined && !gnssAttributes.includes('beidou'))
      findings.push({ code: 'no-beidou-module', found: [...gnssAttributes] });
    const known = { ...attributes, ...(imei === undefined ? {} : { imei }) } as unknown as Record<string, Json>;
    Object.assign(notes.terminal, known);
    return { findings, measured: known };
  },
};

/** Filling zeros and letters' case do not matter, nor the check digit of a card that one of them leaves off. */
function sameNumber(one: string, other: string): boolean {
  const [a, b] = [one, other].map((text) =>
    text
      .trim()
      .toUpperCase()
      .replace(/^0+(?=.)/, ''),
  );
  return a === b || (a!.length >= 19 && b!.length >= 19 && a!.slice(0, 19) === b!.slice(0, 19));
}
