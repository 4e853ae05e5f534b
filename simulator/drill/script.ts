/**
 * A drill as text: a time since the start and a command on each line, such as `90s unplug-antenna`; `quit` ends it.
 * Empty lines and what stands behind `#` are left out.
 */
import { type DrillCommand, readCommand } from './commands.ts';

/** One line of a drill. */
export interface ScriptStep {
  /** Since the start. */
  readonly atMs: number;
  /** As written, for the log. */
  readonly text: string;
  /** `quit`: the terminal is switched off and the drill is over. */
  readonly deed: { readonly command: DrillCommand; readonly value: number } | 'quit';
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, min: 60_000, m: 60_000, h: 3_600_000 };
const LINE = /^(\d+(?:\.\d+)?)(ms|s|min|m|h)\s+(\S.*)$/;

/** Reads a script; `wrong` has a line for each that cannot be meant. Steps are in the order of their times. */
export function readScript(text: string): { steps: ScriptStep[] } | { wrong: string[] } {
  const wrong: string[] = [];
  const steps: ScriptStep[] = [];
  for (const [place, whole] of text.split(/\r?\n/).entries()) {
    const line = whole.replace(/#.*/, '').trim();
    if (line === '') continue;
    const [, time = '', unit = '', said = ''] = LINE.exec(line) ?? [];
    const atMs = Number(time) * (UNITS[unit] ?? Number.NaN);
    if (said === '') {
      wrong.push(`line ${place + 1}: '${line}', expected a time and a command such as 30s cut-power`);
    } else if (said === 'quit') {
      steps.push({ atMs, text: said, deed: 'quit' });
    } else {
      const read = readCommand(said);
      if ('wrong' in read) wrong.push(`line ${place + 1}: ${read.wrong}`);
      else steps.push({ atMs, text: said, deed: read });
    }
  }
  return wrong.length > 0 ? { wrong } : { steps: steps.toSorted((a, b) => a.atMs - b.atMs) };
}
