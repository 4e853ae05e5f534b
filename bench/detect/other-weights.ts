/**
 * Detectors with other weights, beside the one as it is: the detector's modules are loaded once more under a name, and
 * the table of weights among them is replaced. What ships has no switch for it, so nobody can turn it by mistake.
 */
import { registerHooks } from 'node:module';
import type { MakeDetector } from './rejudge.ts';

/** The table of weights as it is in its file. */
export interface WeightsFile {
  version: number;
  raise: number;
  confirm: number;
  clear: number;
  sourceCap: number;
  priors: Record<string, Record<string, number>>;
  evidence: Record<string, { source: string; cap: number; weights: Record<string, number> }>;
  [note: string]: unknown;
}

const ROOM = '/gateway/fold/detect/';
const KEY = 'weights';
const tables = new Map<string, string>();
let hooked = false;

function hook(): void {
  if (hooked) return;
  hooked = true;
  registerHooks({
    resolve(specifier, context, next) {
      const found = next(specifier, context);
      const name = context.parentURL === undefined ? null : new URL(context.parentURL).searchParams.get(KEY);
      return name === null || !found.url.includes(ROOM) ? found : { ...found, url: `${found.url}?${KEY}=${name}` };
    },
    load(url, context, next) {
      const name = url.includes('weights.json?') ? new URL(url).searchParams.get(KEY) : null;
      const source = name === null ? undefined : tables.get(name);
      return source === undefined ? next(url, context) : { format: 'json', source, shortCircuit: true };
    },
  });
}

/** @param name letters and digits; the same name gives the detector that it gave before. */
export async function detectorWith(name: string, weights: WeightsFile): Promise<MakeDetector> {
  hook();
  if (!tables.has(name)) tables.set(name, JSON.stringify(weights));
  const url = new URL(`../../gateway/fold/detect/detector.ts?${KEY}=${name}`, import.meta.url);
  const { createDetector } = (await import(url.href)) as { createDetector: MakeDetector };
  return createDetector;
}
