/** Our own catalogue of scenarios, and any other file of that form. */
import { readFileSync } from 'node:fs';
import type { Scenario, ScenarioFile } from './form.ts';
import { readScenarios } from './read.ts';

/** Where our own stands. */
export const CATALOGUE = new URL('catalogue.json', import.meta.url);

/** A scenario of our own by its id, or `file.json#ID`; without an id the only one of the file. Lines of what is wrong else. */
export function findScenario(named: string): { file: ScenarioFile; scenario: Scenario } | { wrong: string[] } {
  const [, path, id] = /^(?:(.+\.json)(?:#|$))?(.*)$/.exec(named) ?? [];
  let text: string;
  try {
    text = readFileSync(path ?? CATALOGUE, 'utf8');
  } catch {
    return { wrong: [`${path} cannot be read`] };
  }
  const read = readScenarios(text);
  if ('wrong' in read) return { wrong: read.wrong.map((line) => `${path ?? 'catalogue'}: ${line}`) };
  const { file } = read;
  const { scenarios } = file;
  const scenario = id === '' && scenarios.length === 1 ? scenarios[0] : scenarios.find((one) => one.id === id);
  if (scenario !== undefined) return { file, scenario };
  const known = scenarios.map((one) => one.id).join(' ');
  return { wrong: [`'${named}' is no scenario; there are ${known}, or name a file: file.json#ID`] };
}
