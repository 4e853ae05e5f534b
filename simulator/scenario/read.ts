/** Reads a file of scenarios: its form, and what the form cannot say (names that must exist, ramps of numbers). */
import { Ajv, type ErrorObject } from 'ajv';
import { isNumeric, SCENARIO_FILE, type Scenario, type ScenarioFile } from './form.ts';

/** Faults told at once; more would tell of the first again. */
const MAX_FAULTS = 20;

const ajv = new Ajv({ allErrors: true, verbose: true });
let compiled: ReturnType<typeof ajv.compile> | undefined;

/** Reads a file of scenarios: the file, or one line for every fault (where, what it is, what was expected). Never throws. */
export function readScenarios(text: string): { file: ScenarioFile } | { wrong: string[] } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    // The parser quotes what it stumbled over, line ends and all.
    const detail = (error instanceof Error ? error.message : String(error)).replaceAll(/\s+/g, ' ');
    return { wrong: [`the file is no JSON: ${detail}`] };
  }
  compiled ??= ajv.compile(SCENARIO_FILE);
  if (!compiled(value)) return { wrong: told(compiled.errors ?? [], value) };
  const file = value as ScenarioFile;
  const wrong = [...disagreements(file)].slice(0, MAX_FAULTS);
  return wrong.length > 0 ? { wrong } : { file };
}

function* disagreements(file: ScenarioFile): Iterable<string> {
  const seen = new Set<string>();
  for (const scenario of file.scenarios) {
    const { id, preset, profiles } = scenario;
    if (seen.has(id)) yield `${id}: stands twice in the file`;
    seen.add(id);
    if (typeof preset === 'string' && !Object.hasOwn(file.presets, preset)) {
      yield `${id}.preset: is '${preset}', expected one of ${Object.keys(file.presets).join(', ')}`;
    }
    for (const profile of profiles) {
      if (Object.hasOwn(file.profiles, profile)) continue;
      yield `${id}.profiles: '${profile}' is no profile of the file, expected of ${Object.keys(file.profiles).join(', ')}`;
    }
    yield* wrongSteps(scenario);
    yield* wrongDraws(scenario);
  }
}

function* wrongSteps({ id, timeline, duration_s: duration }: Scenario): Iterable<string> {
  let last = 0;
  for (const [i, { t, set, ramp }] of timeline.entries()) {
    const at = `${id}.timeline.${i}`;
    if (t < last) yield `${at}.t: is ${t}, expected not before ${last}, the step before it`;
    if (t > duration) yield `${at}.t: is ${t}, expected at most ${duration}, the duration`;
    if (set === undefined && ramp === undefined) yield `${at}: changes nothing, expected set or ramp`;
    for (const [variable, [, takes]] of Object.entries(ramp ?? {})) {
      if (!isNumeric(variable)) yield `${at}.ramp.${variable}: is no cause variable that is a number`;
      else if (takes <= 0) yield `${at}.ramp.${variable}: takes ${takes} s, expected more than 0`;
    }
    last = t;
  }
}

/** What a seed may draw besides cause variables: times of the timeline. */
export const DRAWN_TIMES = ['onset_s', 'ramp_s', 'on_s', 'off_s'] as const;

function* wrongDraws({ id, randomise }: Scenario): Iterable<string> {
  for (const [name, [from, to]] of Object.entries(randomise ?? {})) {
    const known = (DRAWN_TIMES as readonly string[]).includes(name) || isNumeric(name.replace(/^init\./, ''));
    if (!known) {
      yield `${id}.randomise.${name}: cannot be drawn, expected a cause variable that is a number, init.<variable> or ${DRAWN_TIMES.join(', ')}`;
    }
    if (from > to) yield `${id}.randomise.${name}: is [${from}, ${to}], expected from the less to the more`;
  }
}

/** As a person would say it; scenarios by their ids. A choice that fits nowhere is told once, with its members. */
function told(errors: readonly ErrorObject[], value: unknown): string[] {
  const choices = new Map<string, unknown[]>();
  for (const { keyword, instancePath, params } of errors) {
    if (keyword === 'const') choices.set(instancePath, [...(choices.get(instancePath) ?? []), params['allowedValue']]);
  }
  const lines = new Set<string>();
  for (const error of errors) {
    const allowed = choices.get(error.instancePath);
    if (error.keyword === 'anyOf' && allowed === undefined) continue;
    if (allowed === undefined) lines.add(describe(error, value));
    else
      lines.add(
        `${pathOf(error.instancePath, value)}: is ${shown(error.data)}, expected ${allowed.map(shown).join(' or ')}`,
      );
  }
  return [...lines].slice(0, MAX_FAULTS);
}

function describe(error: ErrorObject, value: unknown): string {
  const path = pathOf(error.instancePath, value);
  const params = error.params as Record<string, unknown>;
  if (error.keyword === 'required') return `${path}.${String(params['missingProperty'])}: is missing`;
  if (error.keyword === 'additionalProperties') {
    return `${path}.${String(params['additionalProperty'])}: is not a known field`;
  }
  if (error.keyword === 'enum') {
    const allowed = (params['allowedValues'] as unknown[]).map(String).join(', ');
    return `${path}: is ${shown(error.data)}, expected one of ${allowed}`;
  }
  return `${path}: is ${shown(error.data)}, ${error.message ?? 'not in form'}`.replace(', must ', ', expected to ');
}

function pathOf(pointer: string, value: unknown): string {
  const parts = pointer.split('/').filter((part) => part !== '');
  const [first, index] = parts;
  if (first === 'scenarios' && index !== undefined) {
    const scenario = (value as { scenarios?: { id?: unknown }[] }).scenarios?.[Number(index)];
    const name = typeof scenario?.id === 'string' ? scenario.id : `scenarios.${index}`;
    return [name, ...parts.slice(2)].join('.');
  }
  return parts.length === 0 ? 'file' : parts.join('.');
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'undefined';
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
