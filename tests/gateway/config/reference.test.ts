import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { loadConfig } from '../../../gateway/config/load.ts';
import { configurationReference, describeConfig } from '../../../gateway/config/reference.ts';
import { CONFIG_FLAGS, SETTINGS } from '../../../gateway/config/settings.ts';

const PAGE = fileURLToPath(new URL('../../../docs/configuration.md', import.meta.url));

function load(sources: { readonly env?: Record<string, string>; readonly yaml?: string }) {
  const loaded = loadConfig({
    env: sources.env ?? {},
    flags: {},
    ...(sources.yaml === undefined ? {} : { file: 'f' }),
    readText: () => sources.yaml ?? '',
  });
  if ('faults' in loaded) throw new Error(JSON.stringify(loaded.faults));
  return loaded.config;
}

describe('the reference', () => {
  test('in docs/configuration.md is what the schema says (vitest -u writes it)', async () => {
    await expect(configurationReference()).toMatchFileSnapshot(PAGE);
  });

  test('ends with a file that loads to the defaults', () => {
    const yaml = /```yaml\n(.*)```/s.exec(configurationReference())?.[1] ?? 'missing';
    const { influx, attachments, serial, ...rest } = load({ yaml });
    expect(rest).toEqual(load({}));
    expect(influx).toMatchObject({ api: 'v2', org: 'xingji', bucket: 'xingji' });
    expect(serial).toMatchObject({ ports: [{ path: '/dev/ttyUSB0' }], every: 10_000 });
    expect(attachments).toMatchObject({ maxFiles: 32, maxConnections: 256 });
  });
});

describe('the settings', () => {
  test('have the flags of the contract', () => {
    const names = CONFIG_FLAGS.map(({ flags }) => flags.split(' ')[0]);
    const contract =
      'data jt808 mqtt http mqtt-url influx-url influx-api influx-org influx-bucket influx-token enrolment workers log-level';
    expect(new Set(names)).toEqual(new Set(contract.split(' ').map((name) => `--${name}`)));
  });

  test('have variables named like their flags', () => {
    const env = Object.fromEntries(SETTINGS.map((setting) => [setting.path, setting.env]));
    expect(env).toMatchObject({
      data: 'XINGJI_DATA',
      'jt808.listen': 'XINGJI_JT808',
      'mqtt.url': 'XINGJI_MQTT_URL',
      'log.level': 'XINGJI_LOG_LEVEL',
      'jt808.idleTimeout': 'XINGJI_JT808_IDLE_TIMEOUT',
    });
    expect(new Set(Object.values(env)).size).toBe(SETTINGS.length);
  });

  test('each say what they are and what happens while they are not given', () => {
    for (const setting of SETTINGS) {
      expect(setting.description, setting.path).toMatch(/\.$/);
      expect(setting.default ?? setting.absent, setting.path).toBeDefined();
    }
  });

  test('have defaults that the loader itself would take', () => {
    const described = describeConfig(load({}));
    const yaml = Object.entries(described).map(([path, value]) => [path.split('.'), value] as const);
    const lines = yaml.map(([[section, key], value]) =>
      key === undefined ? `${section}: ${value}` : `${section}: { ${key}: ${value} }`,
    );
    for (const line of lines) expect(() => load({ yaml: line }), line).not.toThrow();
  });
});

describe('a described configuration', () => {
  test('hides secrets and writes values as a file would', () => {
    const config = load({ env: { XINGJI_INFLUX_URL: 'http://u:hunter2@h:8086', XINGJI_INFLUX_TOKEN: 'hunter3' } });
    const described = describeConfig(config);
    expect(described).toMatchObject({
      'influx.token': '(hidden)',
      'influx.password': '(hidden)',
      'jt808.idleTimeout': '5m',
      'journal.maxPending': '8MiB',
      'http.listen': '127.0.0.1:8080',
    });
    expect(JSON.stringify(described)).not.toMatch(/hunter/);
  });
});
