/** What a terminal was set up with at a bench, as text: `plateNumber=云A12345 vin=LXJ… gnssMode=["gps","beidou"]`. */
import { fromJson, messageByName, type Json, ProtocolError, toJson } from '../../protocol/index.ts';
import type { Papers } from '../firmware/identity.ts';
import type { ParameterValues } from '../firmware/parameters.ts';

/** Papers that may be written, parameters by their names, and the card that is in. */
export interface Words {
  readonly papers: Partial<Papers>;
  readonly iccid?: string;
  readonly params: ParameterValues;
}

/** What can be written, in words. */
export const WRITABLE =
  'vin, imei, terminalId, iccid, systems (gps,beidou,…) or a parameter by its name, as name=value';

const TEXTS = ['vin', 'imei', 'terminalId'] as const;
const SYSTEMS = ['beidou', 'gps', 'glonass', 'galileo'] as const;

/** Reads `name=value …`; values without blanks, and JSON where they are no text. */
export function readWords(text: string): Words | { readonly wrong: string } {
  const papers: { -readonly [K in keyof Papers]?: Papers[K] } = {};
  const params: Record<string, Json> = {};
  let iccid: string | undefined;
  const pairs = text.split(/\s+/).filter((pair) => pair !== '');
  if (pairs.length === 0) return { wrong: `set has nothing behind it, expected ${WRITABLE}` };
  for (const pair of pairs) {
    const [, name = '', value = ''] = /^([A-Za-z0-9]+)=(.*)$/.exec(pair) ?? [];
    const papered = TEXTS.find((each) => each === name);
    if (name === '') return { wrong: `'${pair}', expected ${WRITABLE}` };
    if (papered !== undefined) papers[papered] = value;
    else if (name === 'iccid') iccid = value;
    else if (name === 'systems') {
      const systems = SYSTEMS.filter((system) => value.split(',').includes(system));
      if (systems.length !== value.split(',').length)
        return { wrong: `systems is '${value}', expected some of ${SYSTEMS.join(',')}` };
      papers.systems = systems;
      // What it was built for bounds what it is told to use.
      params['gnssMode'] ??= ['gps', 'beidou', 'glonass', 'galileo'];
    } else params[name] = jsonOf(value);
  }
  const checked = parametersOf(params);
  if ('wrong' in checked) return checked;
  return { papers, params: checked.params, ...(iccid === undefined ? {} : { iccid }) };
}

function jsonOf(value: string): Json {
  try {
    return JSON.parse(value) as Json;
  } catch {
    return value;
  }
}

/** By the catalogue, so that a name or a value that no terminal knows is told at once. */
function parametersOf(
  params: Readonly<Record<string, Json>>,
): { params: ParameterValues } | { readonly wrong: string } {
  const message = messageByName('setTerminalParameters')!;
  try {
    const body = fromJson(message, 2019, { params }) as { readonly params: ParameterValues };
    toJson(message, 2019, body as never);
    return { params: body.params };
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return { wrong: error.message };
  }
}
