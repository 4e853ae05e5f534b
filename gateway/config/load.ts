/**
 * Flags over environment over file over defaults → one checked configuration, or every fault there is at once.
 * What a stronger source overrides is checked as well: a file that is wrong is worth knowing about.
 */
import { readFileSync } from 'node:fs';
import { formatAddress, isLoopback } from './address.ts';
import type { Config } from './schema.ts';
import type { Address } from './setting.ts';
import { SETTINGS, type Setting } from './settings.ts';
import {
  type ConfigFault,
  type Given,
  type ReadText,
  collectEnvironment,
  collectFile,
  collectFlags,
} from './sources.ts';
import { networksOf } from '../security/networks.ts';
import { tlsFaults } from './tls.ts';
import { expected, parseSetting, show } from './value.ts';

export interface ConfigSources {
  /** Path of a YAML file; where it is missing, `XINGJI_CONFIG` names one. */
  readonly file?: string | undefined;
  /** The process environment; `XINGJI_*` is read. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Options as commander gives them (`influxUrl`). */
  readonly flags: Readonly<Record<string, unknown>>;
  /** Processors of the machine: how many workers there are where nobody says. 1 where missing. */
  readonly cores?: number;
  /** For tests; the file system otherwise. */
  readonly readText?: ReadText;
}

export type LoadedConfig = { readonly config: Config } | { readonly faults: readonly ConfigFault[] };

type Values = Map<string, unknown>;

/** The line an operator reads: `jt808.idleTimeout: "10x" (XINGJI_JT808_IDLE_TIMEOUT), expected a time with its unit …`. */
export function formatFault(fault: ConfigFault): string {
  return `${fault.path}: ${fault.got} (${fault.source}), expected ${fault.expected}`;
}

function interpret(given: readonly Given[], faults: ConfigFault[]): Values {
  const values: Values = new Map();
  for (const { setting, raw, source } of given) {
    const parsed = parseSetting(setting, raw);
    if ('value' in parsed) values.set(setting.path, parsed.value);
    else faults.push({ path: setting.path, source, got: show(setting, raw), expected: parsed.expected });
  }
  return values;
}

/** Credentials leave the URL, so that it may be logged and shown. What is set by itself is stronger. */
function splitCredentials(section: string, values: Values): void {
  const text = values.get(`${section}.url`);
  if (typeof text !== 'string') return;
  const url = new URL(text);
  if (url.username !== '' && !values.has(`${section}.username`))
    values.set(`${section}.username`, decodeURIComponent(url.username));
  if (url.password !== '' && !values.has(`${section}.password`))
    values.set(`${section}.password`, decodeURIComponent(url.password));
  url.username = '';
  url.password = '';
  values.set(`${section}.url`, url.href.replace(/\/$/, ''));
}

/** Sections that are there only where one of their settings is given. */
const OPTIONAL_SECTIONS = [
  ['influx', 'influx.url'],
  ['attachments', 'attachments.listen'],
  ['serial', 'serial.ports'],
  ['jt808.tls', 'jt808.tls.listen'],
  ['mqtt.tls', 'mqtt.tls.cert'],
  ['http.tls', 'http.tls.cert'],
] as const;

const TLS_SECTIONS = ['jt808.tls', 'mqtt.tls', 'http.tls'] as const;

function isUsed(setting: Setting, values: Values): boolean {
  return OPTIONAL_SECTIONS.every(([section, path]) => setting.section !== section || values.has(path));
}

/** Below this a worker more would only take turns with the threads of the first. */
const CORES_FOR_WORKERS = 3;
const MAX_WORKERS = 64;

function fillDefaults(values: Values, cores: number): void {
  for (const setting of SETTINGS) {
    if (!values.has(setting.path) && setting.default !== undefined && isUsed(setting, values))
      values.set(setting.path, setting.default);
  }
  const alone = cores < CORES_FOR_WORKERS || values.has('serial.ports');
  if (!values.has('workers')) values.set('workers', alone ? 1 : Math.min(cores, MAX_WORKERS));
  const local = isLoopback((values.get('jt808.listen') as Address).host);
  if (!values.has('jt808.enrolment')) values.set('jt808.enrolment', local ? 'open' : 'listed');
  if (!values.has('commands.approval')) values.set('commands.approval', local ? 'none' : 'dangerous');
  if (values.has('influx.url') && !values.has('influx.database'))
    values.set('influx.database', values.get('influx.bucket'));
}

/** Faults that no setting shows by itself. */
function contradictions(given: readonly Given[], values: Values): readonly ConfigFault[] {
  const faults: ConfigFault[] = [];
  for (const [section, path] of OPTIONAL_SECTIONS) {
    const stray = given.find((each) => each.setting.section === section);
    const key = SETTINGS.find((each) => each.path === path);
    if (stray === undefined || key === undefined || given.some((each) => each.setting === key)) continue;
    const got = `nothing, though ${stray.setting.path} is given`;
    faults.push({ path, source: stray.source, got, expected: expected(key) });
  }
  if (values.get('jt808.tcp') === false && values.get('jt808.udp') === false) {
    faults.push({ path: 'jt808.tcp', source: 'jt808.udp', got: 'false for both', expected: 'TCP, UDP or both' });
  }
  const networks = values.get('jt808.networks') as string | undefined;
  if (networks !== undefined && networksOf(networks) === undefined) {
    const setting = SETTINGS.find((each) => each.path === 'jt808.networks')!;
    const source = given.find((each) => each.setting === setting)?.source ?? setting.path;
    faults.push({ path: setting.path, source, got: show(setting, networks), expected: expected(setting) });
  }
  return faults.concat(certificates(given, values), inTheClear(given, values), samePorts(values));
}

/** Tokens, passwords and positions leave this machine encrypted or not at all. */
function inTheClear(given: readonly Given[], values: Values): readonly ConfigFault[] {
  const sides = [
    ['mqtt', values.has('mqtt.url'), ''],
    ['http', values.get('http.insecure') === true, ', or http.insecure: true where a proxy terminates TLS'],
  ] as const;
  return sides.flatMap(([section, excused, otherwise]) => {
    const { host } = values.get(`${section}.listen`) as Address;
    if (excused || isLoopback(host) || values.has(`${section}.tls.cert`)) return [];
    const source = given.find((each) => each.setting.path === `${section}.listen`)?.source ?? `${section}.listen`;
    const wanted = `a certificate (PEM), as ${host} is not loopback${otherwise}`;
    return [{ path: `${section}.tls.cert`, source, got: 'nothing', expected: wanted }];
  });
}

/** Certificates that are missing or cannot be used, and what they do not go with. */
function certificates(given: readonly Given[], values: Values): readonly ConfigFault[] {
  const faults: ConfigFault[] = [];
  for (const section of TLS_SECTIONS) {
    const sourceOf = (key: string): string =>
      given.find((each) => each.setting.path === `${section}.${key}`)?.source ?? section;
    const of = (key: string): never => values.get(`${section}.${key}`) as never;
    const tls = { cert: of('cert'), key: of('key'), ca: of('ca'), clients: of('clients') };
    if (section === 'jt808.tls' && values.has('jt808.tls.listen') && !values.has('jt808.tls.cert'))
      faults.push({
        path: 'jt808.tls.cert',
        source: sourceOf('listen'),
        got: 'nothing',
        expected: 'a certificate (PEM)',
      });
    for (const { key, got, expected: wanted } of tlsFaults(tls))
      faults.push({ path: `${section}.${key}`, source: sourceOf(key), got, expected: wanted });
  }
  const workers = values.get('workers') as number;
  if (values.has('serial.ports') && workers > 1) {
    const wanted = '1, as serial lines take one worker: give them a gateway of their own (docs/serial.md)';
    faults.push({ path: 'workers', source: 'serial.ports', got: String(workers), expected: wanted });
  }
  return faults;
}

/** Two TCP listeners on one address: caught here, so that it is one clear line and not a race for the port. */
function samePorts(values: Values): readonly ConfigFault[] {
  const faults: ConfigFault[] = [];
  const seen = new Map<string, string>();
  for (const path of ['jt808.listen', 'jt808.tls.listen', 'mqtt.listen', 'http.listen', 'attachments.listen']) {
    const at = values.get(path) as Address | undefined;
    if (
      at === undefined ||
      at.port === 0 ||
      (path === 'mqtt.listen' && values.has('mqtt.url')) ||
      (path === 'jt808.listen' && values.get('jt808.tcp') === false)
    )
      continue;
    const text = formatAddress(at);
    const other = seen.get(text);
    if (other !== undefined) faults.push({ path, source: other, got: text, expected: `another address than ${other}` });
    seen.set(text, path);
  }
  return faults;
}

function assemble(values: Values): Config {
  const root: Record<string, unknown> = {};
  for (const [path, value] of values) {
    const keys = path.split('.');
    let node = root;
    for (const key of keys.slice(0, -1)) node = (node[key] ??= {}) as Record<string, unknown>;
    node[keys.at(-1)!] = value;
  }
  return root as unknown as Config;
}

/** Loads the configuration. Nothing is started, opened or made; the only thing read is the file and files of secrets. */
export function loadConfig(sources: ConfigSources): LoadedConfig {
  const read: ReadText = sources.readText ?? ((path) => readFileSync(path, 'utf8'));
  const file = sources.file ?? (sources.env['XINGJI_CONFIG'] || undefined);
  const collected = [
    ...(file === undefined ? [] : [collectFile(file, read)]),
    collectEnvironment(sources.env, read),
    collectFlags(sources.flags),
  ];
  const faults = collected.flatMap((each) => each.faults);
  const given = collected.flatMap((each) => each.given);
  const values = interpret(given, faults);
  splitCredentials('mqtt', values);
  splitCredentials('influx', values);
  fillDefaults(values, sources.cores ?? 1);
  faults.push(...contradictions(given, values));
  return faults.length > 0 ? { faults } : { config: assemble(values) };
}
