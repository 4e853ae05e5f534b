/** Terminal parameters in EMQX's JSON: `{"id": 1, "value": 60}`, numbers and texts by the id, others in base64. */
import { gbkText, ProtocolError } from '../../../protocol/index.ts';
import { base64, type Fields, fromBase64, type Layout, list, numberIn, textIn, writeLength } from './layout.ts';
import { Writer } from './octets.ts';

type ParameterType = 1 | 2 | 4 | 'text';

/** Ids by the type of their value, in hexadecimal. */
const IDS: readonly (readonly [type: ParameterType, ids: string])[] = [
  ['text', '10 11 12 13 14 15 16 17 1a 1d 40 41 42 43 44 48 49 83'],
  [1, '84 90 91 92 94'],
  [2, '31 5b 5c 5d 5e 81 82 101 103'],
  [4, '01 02 03 04 05 06 07 18 19 1b 1c 20 21 22 27 28 29 2c 2d 2e 2f 30 45 46 47 50 51 52 53 54 55 56 57 58 59'],
  [4, '5a 64 65 70 71 72 73 74 80 93 95 100 102'],
];

const TYPES: ReadonlyMap<number, ParameterType> = new Map(
  IDS.flatMap(([type, ids]) => ids.split(' ').map((id) => [Number.parseInt(id, 16), type] as const)),
);

/** A parameter of a length that its type does not have is given in base64, where EMQX would misread what follows. */
const PARAMETER: Layout = {
  read(from, into) {
    const id = from.number(4);
    const octets = from.octets(from.number(1));
    const type = TYPES.get(id);
    into['id'] = id;
    if (type === 'text') into['value'] = gbkText(octets, 0, octets.length);
    else if (type === octets.length) into['value'] = octets.reduce((value, octet) => value * 256 + octet, 0);
    else into['value'] = base64(octets);
  },
  write(given, to, path) {
    const id = numberIn(given, 'id', 4, path);
    to.number(id, 4);
    const octets = octetsOf(given, TYPES.get(id), path);
    writeLength(octets.length, 1, to, `${path}.value`);
    to.octets(octets);
  },
};

function octetsOf(given: Fields, type: ParameterType | undefined, path: string): Uint8Array {
  const { value } = given;
  if (value === undefined) throw new ProtocolError('SHAPE', `${path}.value`, 'is missing');
  const octets = new Writer();
  if (type === 'text') octets.text(textIn(given, 'value', path), `${path}.value`);
  else if (type !== undefined && typeof value !== 'string') octets.number(numberIn(given, 'value', type, path), type);
  else return fromBase64(value, `${path}.value`);
  return octets.done();
}

export const PARAMETERS: Layout = list('length', 1, 'params', PARAMETER);
