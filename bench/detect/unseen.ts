/** Scenarios that no rule or weight was made for: written from the catalogue of evidence alone, and kept apart. */
import { readFileSync } from 'node:fs';

const FILE = new URL('unseen.json', import.meta.url);

/** The text of a file of scenarios with these in the place of its own; kinds of terminals, and what holds at first, stay. */
export function unseenIn(text: string): string {
  return JSON.stringify({ ...(JSON.parse(text) as object), scenarios: JSON.parse(readFileSync(FILE, 'utf8')) });
}
