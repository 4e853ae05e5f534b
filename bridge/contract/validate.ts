/** Checks inbound payloads against their schemas and says what is wrong as a person would: path, what it is, what was expected. */
import { type ErrorObject, Ajv } from 'ajv';
import { fullFormats } from 'ajv-formats/dist/formats.js';
import type { TSchema } from 'typebox';

/** Faults told at once; more would only tell of the first again. */
const MAX_FAULTS = 5;

/** Returns the faults of a value, or none. Strict: no coercion, no field removed or added. */
export type Check = (value: unknown) => readonly string[];

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}

function describe(error: ErrorObject): string {
  const path = error.instancePath.slice(1).replaceAll('/', '.') || 'payload';
  const params = error.params as Record<string, unknown>;
  const at = (field: unknown): string => (path === 'payload' ? String(field) : `${path}.${String(field)}`);
  switch (error.keyword) {
    case 'required':
      return `${at(params['missingProperty'])}: is missing`;
    case 'additionalProperties':
      return `${at(params['additionalProperty'])}: is not a known field`;
    case 'const':
      return `${path}: is ${shown(error.data)}, expected ${shown(params['allowedValue'])}`;
    case 'format':
      return `${path}: is ${shown(error.data)}, expected an ISO 8601 ${String(params['format'])}`;
    default:
      return `${path}: is ${shown(error.data)}, ${error.message ?? 'not in form'}`;
  }
}

/** A choice among literals fails once a literal; said once, with all of them. */
function gather(errors: readonly ErrorObject[]): string[] {
  const choices = new Map<string, unknown[]>();
  for (const { keyword, instancePath, params } of errors) {
    if (keyword === 'const') choices.set(instancePath, [...(choices.get(instancePath) ?? []), params['allowedValue']]);
  }
  const faults = new Set<string>();
  for (const error of errors) {
    const allowed = choices.get(error.instancePath);
    if (allowed === undefined) faults.add(describe(error));
    else if (error.keyword === 'anyOf') {
      const path = error.instancePath.slice(1).replaceAll('/', '.');
      faults.add(`${path}: is ${shown(error.data)}, expected one of ${allowed.map(shown).join(', ')}`);
    }
  }
  return [...faults].slice(0, MAX_FAULTS);
}

const ajv = new Ajv({
  allErrors: true,
  verbose: true,
  coerceTypes: false,
  removeAdditional: false,
  useDefaults: false,
});
ajv.addFormat('date-time', fullFormats['date-time']);
ajv.addFormat('date', fullFormats.date);

/** Compiles a schema; do it once. */
export function checker(schema: TSchema): Check {
  const validate = ajv.compile(schema);
  return (value) => (validate(value) ? [] : gather(validate.errors ?? []));
}
