/** Who is there: the way to it, its number, edition and make. */
import { LinkFault } from '../../terminal-link/faults.ts';
import type { Finding, Step } from '../step.ts';

/** What it says of itself when it registers follows its first word, if it comes at all. */
const REGISTERS_MS = 5000;

export const CONNECT: Step = {
  name: 'connect',
  zh: '连接终端',
  en: 'Reach the terminal',
  needed: true,
  async run({ link, seen, expected, notes, waitMs }) {
    try {
      await link.ready(waitMs);
    } catch (error) {
      if (!(error instanceof LinkFault)) throw error;
      return { findings: [{ code: 'no-terminal' }], measured: { where: link.where } };
    }
    if (link.kind !== 'gateway') await seen.until(() => seen.reports > 0, REGISTERS_MS);
    const { terminal, phone, revision, registration } = link.speaker ?? (await link.ready(waitMs));
    const findings: Finding[] = [];
    if (expected.terminal !== undefined && expected.terminal !== terminal)
      findings.push({ code: 'other-terminal', found: terminal, expected: expected.terminal });
    Object.assign(notes.terminal, { terminal, phone, revision });
    if (registration !== undefined) {
      const { manufacturerId, terminalModel, terminalId } = registration;
      Object.assign(notes.terminal, { manufacturerId, terminalModel, terminalId });
    }
    return { findings, measured: { where: link.where, terminal, revision, model: registration?.terminalModel } };
  },
};
