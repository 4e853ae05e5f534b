import { describe, expect, test } from 'vitest';
import { type ConfigSources, formatFault, loadConfig } from '../../../gateway/config/load.ts';
import type { Config } from '../../../gateway/config/schema.ts';

function load(
  sources: Partial<ConfigSources> & { readonly yaml?: string; readonly files?: Readonly<Record<string, string>> } = {},
) {
  const { yaml, files = {}, ...rest } = sources;
  return loadConfig({
    env: {},
    flags: {},
    ...(yaml === undefined ? {} : { file: 'xingji.yaml' }),
    readText(path) {
      const text = path === 'xingji.yaml' ? yaml : files[path];
      if (text === undefined) throw new Error(`ENOENT: no such file, open '${path}'`);
      return text;
    },
    ...rest,
  });
}

function config(sources: Parameters<typeof load>[0] = {}): Config {
  const loaded = load(sources);
  if ('faults' in loaded) throw new Error(loaded.faults.map(formatFault).join('\n'));
  return loaded.config;
}

function faults(sources: Parameters<typeof load>[0]): string[] {
  const loaded = load(sources);
  return 'faults' in loaded ? loaded.faults.map(formatFault) : [];
}

describe('defaults', () => {
  test('listen on loopback only, on the ports of the contract', () => {
    const { jt808, mqtt, http, data } = config();
    expect([jt808.listen, mqtt.listen, http.listen]).toEqual([
      { host: '127.0.0.1', port: 8808 },
      { host: '127.0.0.1', port: 1883 },
      { host: '127.0.0.1', port: 8080 },
    ]);
    expect(data).toBe('./data');
  });

  test('write to no time series store', () => {
    expect(config().influx).toBeUndefined();
  });

  test('take no attachments, and bound them where they are taken', () => {
    expect(config().attachments).toBeUndefined();
    expect(config({ yaml: 'attachments: { listen: "127.0.0.1:8809" }' }).attachments).toMatchObject({
      listen: { host: '127.0.0.1', port: 8809 },
      maxFiles: 32,
      maxFileSize: 64 * 2 ** 20,
      idleTimeout: 60_000,
    });
  });

  test.each([
    ['127.0.0.1:8808', 'open'],
    ['127.8.0.9:8808', 'open'],
    ['[::1]:8808', 'open'],
    ['localhost:8808', 'open'],
    ['0.0.0.0:8808', 'listed'],
    ['[::]:8808', 'listed'],
    ['10.0.0.4:8808', 'listed'],
    ['gateway.example:8808', 'listed'],
  ])('on %s enrol terminals: %s', (jt808, enrolment) => {
    expect(config({ flags: { jt808 } }).jt808.enrolment).toBe(enrolment);
  });

  test.each([
    ['127.0.0.1:8808', 'none'],
    ['0.0.0.0:8808', 'dangerous'],
  ])('on %s let a second person approve commands: %s', (jt808, approval) => {
    expect(config({ flags: { jt808 } }).commands.approval).toBe(approval);
  });

  test.each([
    [
      'http',
      'http.tls.cert: nothing (--http), expected a certificate (PEM), as 0.0.0.0 is not loopback, or http.insecure: true where a proxy terminates TLS',
    ],
    ['mqtt', 'mqtt.tls.cert: nothing (--mqtt), expected a certificate (PEM), as 0.0.0.0 is not loopback'],
  ])('refuse %s in clear beyond loopback', (side, fault) => {
    expect(faults({ flags: { [side]: '0.0.0.0:1' } })).toEqual([fault]);
  });

  test.each([
    ['influxUrl', 'file:///etc/passwd'],
    ['influxUrl', 'gopher://127.0.0.1:70/'],
    ['mqttUrl', 'http://169.254.169.254/'],
  ])('name no outlet of another scheme: %s %s', (flag, url) => {
    expect(faults({ flags: { [flag]: url } })).toEqual([expect.stringContaining('expected')]);
  });

  test('leave TLS of HTTP to a proxy where the operator says so', () => {
    expect(config({ flags: { http: '0.0.0.0:1' }, yaml: 'http: { insecure: true }' }).http.insecure).toBe(true);
  });

  test('do not ask for certificates of a broker that is not the embedded one', () => {
    expect(config({ flags: { mqtt: '0.0.0.0:1', mqttUrl: 'mqtts://broker.example' } }).mqtt.tls).toBeUndefined();
  });

  test('give way to an operator who opens enrolment beyond loopback', () => {
    expect(config({ flags: { jt808: '0.0.0.0:8808', enrolment: 'open' } }).jt808.enrolment).toBe('open');
  });
});

describe('sources', () => {
  test('are stronger in the order file, environment, flag', () => {
    const yaml = 'data: /from/file\nlog: { level: debug }\nnode: filed\n';
    const env = { XINGJI_DATA: '/from/env', XINGJI_LOG_LEVEL: 'warn' };
    expect(config({ yaml })).toMatchObject({ data: '/from/file', log: { level: 'debug' }, node: 'filed' });
    expect(config({ yaml, env })).toMatchObject({ data: '/from/env', log: { level: 'warn' }, node: 'filed' });
    expect(config({ yaml, env, flags: { data: '/from/flag' } })).toMatchObject({
      data: '/from/flag',
      log: { level: 'warn' },
      node: 'filed',
    });
  });

  test('find the file by a variable where no flag names one', () => {
    const files = { '/etc/xingji.yaml': 'node: named\n' };
    expect(config({ files, env: { XINGJI_CONFIG: '/etc/xingji.yaml' } }).node).toBe('named');
  });

  test('treat an empty variable as not given', () => {
    expect(config({ env: { XINGJI_MQTT_URL: '', XINGJI_DATA: '' } })).toMatchObject({ data: './data' });
    expect(config({ env: { XINGJI_MQTT_URL: '' } }).mqtt.url).toBeUndefined();
  });

  test('leave options that are no settings to the command', () => {
    expect(config({ flags: { config: 'x.yaml', verbose: true } })).toEqual(config());
  });

  test('keep secrets in files of their own, without the line end', () => {
    const files = { '/run/t': 's3cret\n', '/run/p': 'w0rd' };
    expect(
      config({ files, env: { XINGJI_INFLUX_URL: 'http://h:1', XINGJI_INFLUX_TOKEN_FILE: '/run/t' } }).influx?.token,
    ).toBe('s3cret');
    expect(config({ files, yaml: 'mqtt: { url: "mqtt://h", passwordFile: /run/p }' }).mqtt.password).toBe('w0rd');
  });

  test('read a section with nothing but comments as empty', () => {
    expect(config({ yaml: 'influx:\n  # url: http://127.0.0.1:8086\n' })).toEqual(config());
  });
});

describe('values', () => {
  test('come in the units of the program', () => {
    const yaml =
      'jt808: { idleTimeout: 90s, authTimeout: 1500ms, writeBacklog: 32KiB }\njournal: { retain: 1.5d, retainSize: 2GiB }\n';
    const { jt808, journal } = config({ yaml });
    expect([jt808.idleTimeout, jt808.authTimeout, jt808.writeBacklog]).toEqual([90_000, 1500, 32_768]);
    expect([journal.retain, journal.retainSize]).toEqual([129_600_000, 2_147_483_648]);
  });

  test('keep every digit of a phone that YAML takes for a number, and no leading zeros', () => {
    const yaml = 'jt808:\n  terminals: [013912345678, "00000000013800000001", 12345678901234567891, 0]\n';
    expect(config({ yaml }).jt808.terminals).toEqual(['13912345678', '13800000001', '12345678901234567891', '0']);
    expect(config({ env: { XINGJI_JT808_TERMINALS: '013912345678, 7' } }).jt808.terminals).toEqual([
      '13912345678',
      '7',
    ]);
  });

  test('take credentials out of URLs, so that URLs can be logged', () => {
    const { mqtt, influx } = config({
      flags: { mqttUrl: 'mqtts://fleet:p%40ss@broker:8883', influxUrl: 'http://u:p@store:8086/' },
    });
    expect(mqtt).toMatchObject({ url: 'mqtts://broker:8883', username: 'fleet', password: 'p@ss' });
    expect(influx).toMatchObject({ url: 'http://store:8086', username: 'u', password: 'p' });
  });

  test('prefer credentials of their own settings to those in the URL', () => {
    expect(config({ flags: { mqttUrl: 'mqtt://a:b@h' }, env: { XINGJI_MQTT_PASSWORD: 'c' } }).mqtt).toMatchObject({
      username: 'a',
      password: 'c',
    });
  });

  test('name the database of InfluxDB 1 after the bucket where it has no name of its own', () => {
    const flags = { influxUrl: 'http://h', influxApi: 'v1', influxBucket: 'fleet' };
    expect(config({ flags }).influx).toMatchObject({ api: 'v1', database: 'fleet' });
    expect(config({ flags, env: { XINGJI_INFLUX_DATABASE: 'own' } }).influx?.database).toBe('own');
  });
});

describe('faults', () => {
  test.each<[string, Parameters<typeof load>[0], string]>([
    [
      'a time without unit',
      { yaml: 'jt808: { idleTimeout: 30 }' },
      'jt808.idleTimeout: 30 (xingji.yaml), expected a time with its unit (ms s m h d), 5s to 1d',
    ],
    [
      'a time out of bounds',
      { yaml: 'jt808: { idleTimeout: 1ms }' },
      'jt808.idleTimeout: "1ms" (xingji.yaml), expected a time with its unit (ms s m h d), 5s to 1d',
    ],
    [
      'a size in decimal units',
      { env: { XINGJI_HTTP_BODY_LIMIT: '64KB' } },
      'http.bodyLimit: "64KB" (XINGJI_HTTP_BODY_LIMIT), expected a size with its unit (B KiB MiB GiB), 1KiB to 64MiB',
    ],
    [
      'a port that does not exist',
      { flags: { jt808: '127.0.0.1:65536' } },
      'jt808.listen: "127.0.0.1:65536" (--jt808), expected HOST:PORT, such as 127.0.0.1:8808 or [::1]:8808',
    ],
    [
      'an address with an octet too large',
      { flags: { http: '127.0.0.256:1' } },
      'http.listen: "127.0.0.256:1" (--http), expected HOST:PORT, such as 127.0.0.1:8808 or [::1]:8808',
    ],
    [
      'a port alone',
      { flags: { mqtt: '1883' } },
      'mqtt.listen: "1883" (--mqtt), expected HOST:PORT, such as 127.0.0.1:8808 or [::1]:8808',
    ],
    [
      'a choice that is none',
      { flags: { enrolment: 'closed' } },
      'jt808.enrolment: "closed" (--enrolment), expected open or listed',
    ],
    [
      'more workers than there can be',
      { flags: { workers: '65' } },
      'workers: "65" (--workers), expected a whole number, 1 to 64',
    ],
    [
      'a scheme that is not MQTT',
      { flags: { mqttUrl: 'http://h' } },
      'mqtt.url: "http://h" (--mqtt-url), expected a URL, mqtt://HOST:PORT or mqtts://HOST:PORT',
    ],
    [
      'a word for a switch',
      { yaml: 'jt808: { udp: "yes" }' },
      'jt808.udp: "yes" (xingji.yaml), expected true or false',
    ],
    [
      'half a count',
      { yaml: 'http: { maxStreams: 1.5 }' },
      'http.maxStreams: 1.5 (xingji.yaml), expected a whole number, 1 to 10000',
    ],
    [
      'wildcards in a topic',
      { yaml: 'mqtt: { prefix: "a/#" }' },
      'mqtt.prefix: "a/#" (xingji.yaml), expected topic levels of letters, digits, - and _, such as xingji/v1',
    ],
    [
      'a phone with letters',
      { yaml: 'jt808: { terminals: ["139x"] }' },
      'jt808.terminals: ["139x"] (xingji.yaml), expected a list of phone numbers of 1 to 20 digits',
    ],
    [
      'a mistyped name',
      { yaml: 'jt808: { idelTimeout: 30s }' },
      'jt808.idelTimeout: no such setting (xingji.yaml), expected perhaps jt808.idleTimeout',
    ],
    [
      'a name far from all',
      { yaml: 'zebra: 1' },
      'zebra: no such setting (xingji.yaml), expected a name of docs/configuration.md',
    ],
    [
      'a mistyped variable',
      { env: { XINGJI_MQTT_ULR: 'x' } },
      'XINGJI_MQTT_ULR: no such setting (environment), expected perhaps XINGJI_MQTT_URL',
    ],
    [
      'a value for a section',
      { yaml: 'http: 8080' },
      'http: 8080 (xingji.yaml), expected a section with settings below it',
    ],
    ['a list for a file', { yaml: '- a' }, 'xingji.yaml: ["a"] (xingji.yaml), expected settings by name'],
    [
      'a file that is not there',
      { file: 'no.yaml' },
      "no.yaml: ENOENT: no such file, open 'no.yaml' (no.yaml), expected a file that can be read",
    ],
    [
      'a file of a secret that is not there',
      { env: { XINGJI_MQTT_PASSWORD_FILE: '/x' } },
      'mqtt.passwordFile: "/x": ENOENT: no such file, open \'/x\' (XINGJI_MQTT_PASSWORD_FILE), expected a file that can be read',
    ],
    [
      'a secret given twice',
      { env: { XINGJI_MQTT_PASSWORD_FILE: '/x', XINGJI_MQTT_PASSWORD: 'y' } },
      'mqtt.password: XINGJI_MQTT_PASSWORD and XINGJI_MQTT_PASSWORD_FILE (XINGJI_MQTT_PASSWORD), expected one of the two',
    ],
    [
      'a store without its URL',
      { flags: { influxBucket: 'b' } },
      'influx.url: nothing, though influx.bucket is given (--influx-bucket), expected a URL, http://HOST:PORT or https://HOST:PORT',
    ],
    [
      'bounds of attachments that are not taken',
      { yaml: 'attachments: { maxFiles: 4 }' },
      'attachments.listen: nothing, though attachments.maxFiles is given (xingji.yaml), expected HOST:PORT, such as 127.0.0.1:8808 or [::1]:8808',
    ],
    [
      'one port for terminals and their attachments',
      { env: { XINGJI_ATTACHMENTS_LISTEN: '127.0.0.1:8808' } },
      'attachments.listen: 127.0.0.1:8808 (jt808.listen), expected another address than jt808.listen',
    ],
    [
      'no transport at all',
      { yaml: 'jt808: { tcp: false, udp: false }' },
      'jt808.tcp: false for both (jt808.udp), expected TCP, UDP or both',
    ],
    [
      'one port for two',
      { flags: { http: '127.0.0.1:1883' } },
      'http.listen: 127.0.0.1:1883 (mqtt.listen), expected another address than mqtt.listen',
    ],
  ])('%s is one clear line', (_, sources, line) => {
    expect(faults(sources)).toEqual([line]);
  });

  test('YAML that is none is said with its line', () => {
    expect(faults({ yaml: 'jt808:\n\tlisten: x\n' })[0]).toMatch(/^xingji\.yaml: .*line 2.*expected YAML$/);
  });

  test('a key that stands twice is refused', () => {
    expect(faults({ yaml: 'node: a\nnode: b\n' })).toHaveLength(1);
  });

  test('aliases that multiply are refused', () => {
    const levels = Array.from({ length: 9 }, (_, i) => `l${i + 1}: &l${i + 1} [${`*l${i},`.repeat(9)}]`);
    expect(faults({ yaml: ['l0: &l0 [x]', ...levels].join('\n') })[0]).toContain('expected a file that can be read');
  });

  test('all come at once, from every source, also where a stronger source overrides', () => {
    const lines = faults({
      yaml: 'data: ""\nfoo: 1\n',
      env: { XINGJI_JT808_UDP: 'maybe' },
      flags: { data: '/d', workers: '0', mqtt: '[::1' },
    });
    expect(lines).toHaveLength(5);
    expect(new Set(lines.map((line) => line.split(':')[0]))).toEqual(
      new Set(['data', 'foo', 'jt808.udp', 'mqtt.listen', 'workers']),
    );
  });

  test('never tell a secret, not even under a wrong name or in a broken URL', () => {
    const told = faults({
      yaml: 'influx: { url: "http://u:hunter2@h", tokne: hunter2, token: [hunter2] }',
      env: { XINGJI_MQTT_PASSWROD: 'hunter2', XINGJI_MQTT_URL: 'tcp://u:hunter2@h' },
    }).join('\n');
    expect(told).toContain('influx.tokne');
    expect(told).toContain('XINGJI_MQTT_PASSWROD');
    expect(told).toContain('tcp://***@h');
    expect(told).not.toContain('hunter2');
  });

  test('are not made of variables that an orchestrator puts beside a service of this name', () => {
    expect(faults({ env: { XINGJI_SERVICE_HOST: '10.0.0.1', XINGJI_PORT_8808_TCP: 'tcp://10.0.0.1:8808' } })).toEqual(
      [],
    );
  });
});

describe('the number of workers', () => {
  const workers = (cores: number | undefined, flags: Record<string, string> = {}): number | undefined => {
    const loaded = loadConfig({ env: {}, flags, ...(cores === undefined ? {} : { cores }) });
    return 'config' in loaded ? loaded.config.workers : undefined;
  };

  test('is one on a small machine, as many as there are processors on a larger one, and what is said where it is said', () => {
    expect([undefined, 1, 2, 3, 8, 200].map((cores) => workers(cores))).toEqual([1, 1, 1, 3, 8, 64]);
    expect([workers(8, { workers: '2' }), workers(2, { workers: '4' })]).toEqual([2, 4]);
  });
});
