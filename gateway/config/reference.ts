/** The settings told to people: the reference in `docs/configuration.md`, and a running configuration for the log. */
import type { Config } from './schema.ts';
import { SECTIONS, SETTINGS, type Setting } from './settings.ts';
import { expected, formatSetting } from './value.ts';

/** The configuration as it would be written, by path, secrets hidden: for the log and for support. */
export function describeConfig(config: Config): Readonly<Record<string, string>> {
  const lines: Record<string, string> = {};
  for (const setting of SETTINGS) {
    const value = setting.path
      .split('.')
      .reduce<unknown>((node, key) => (node as Record<string, unknown> | undefined)?.[key], config);
    if (value !== undefined) lines[setting.path] = formatSetting(setting, value);
  }
  return lines;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}

function row(setting: Setting): string {
  const names = [
    `\`${setting.path}\``,
    `\`${setting.env}\``,
    ...(setting.flag === undefined ? [] : [`\`--${setting.flag}\``]),
  ];
  const initial =
    setting.default === undefined
      ? (setting.absent ?? 'must be given')
      : `\`${formatSetting(setting, setting.default)}\``;
  return `| ${names.join('<br>')} | ${cell(initial)} | ${cell(expected(setting))} | ${cell(setting.description)} |`;
}

function section(name: string, about: string): string {
  const rows = SETTINGS.filter((setting) => setting.section === name).map(row);
  const title = name === '' ? 'Top level' : `\`${name}\``;
  return [
    `## ${title}`,
    '',
    about,
    '',
    '| setting | default | takes | what it is |',
    '|---|---|---|---|',
    ...rows,
  ].join('\n');
}

/** The settings that have no default and without which their sections mean nothing. */
const REQUIRED: Readonly<Record<string, string>> = {
  influx: '  url: http://127.0.0.1:8086\n',
  attachments: '  listen: 127.0.0.1:8809\n',
  serial: '  ports: { /dev/ttyUSB0: {} }\n',
};

/** One section as it would stand in a file. */
function written(name: string): string {
  const indent = name === '' ? '' : '  ';
  const head = name === '' ? '' : `${name}:\n`;
  const required = REQUIRED[name] ?? '';
  const lines = SETTINGS.filter((setting) => setting.section === name && setting.default !== undefined).map(
    (setting) => `${indent}${setting.path.split('.').at(-1)}: ${formatSetting(setting, setting.default)}`,
  );
  return `${head}${required}${lines.join('\n')}`;
}

/** The text of `docs/configuration.md`. */
export function configurationReference(): string {
  return [
    '# Configuration',
    '',
    'This page is made from `gateway/config/schema.ts`.',
    '',
    'A setting is taken from the command line, else from the environment, else from the YAML file given with `-c FILE` (or `XINGJI_CONFIG`), else it has its',
    'default. All faults are reported at once, one line each with the path, what was found and what was expected; then nothing is started and the exit code is 2.',
    'Unknown names are refused.',
    '',
    'A secret may be kept in a file of its own: `XINGJI_INFLUX_TOKEN_FILE=/run/secrets/influx` in the environment, `tokenFile: /run/secrets/influx` in the',
    'YAML file. Prefer that to `--influx-token`, which other users of the machine can see in the list of processes.',
    '',
    ...[...SECTIONS].flatMap(([name, about]) => [section(name, about), '']),
    '## A file with every default',
    '',
    'With the `influx` section there is a time series outlet, with `attachments` evidence of alarms is taken, with `serial` devices are read; leave them out and not. Certificates stand in `tls`',
    'sections: `mqtt: { tls: { certFile: broker.crt, keyFile: broker.key } }`.',
    '',
    '```yaml',
    ...[...SECTIONS.keys()].filter((name) => !name.endsWith('.tls')).map(written),
    '```',
    '',
  ].join('\n');
}
