import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { loadConfig } from '../../../gateway/config/load.ts';
import { assess, type Facts } from '../../../gateway/doctor/assess.ts';
import { gatewayHere, runXingji, temporaryFolder } from '../../support/gateway.ts';

const TLS = { ca: undefined, cert: 'c', key: 'k', clients: 'none' as const };

function factsOf(change: Partial<Facts> = {}): Facts {
  const loaded = loadConfig({ env: {}, flags: {} });
  if ('faults' in loaded) throw new Error('defaults are wrong');
  return {
    config: loaded.config,
    accounts: [{ name: 'a', role: 'audit', prefix: '', password: null, tokens: [] }],
    fourEyes: true,
    modes: [
      { path: 'data/', mode: 0o750 },
      { path: 'accounts.json', mode: 0o600 },
    ],
    firstRun: false,
    trailFaults: [],
    clockSynchronised: true,
    root: false,
    now: 1000,
    ...change,
  };
}

const verdictOf = (id: string, facts: Facts) => assess(facts).find((finding) => finding.id === id)?.verdict;

it('finds no fault with the defaults, which are on this machine alone', () => {
  expect(assess(factsOf()).filter(({ verdict }) => verdict === 'fail')).toEqual([]);
});

const { config } = factsOf();
const elsewhere = { host: '0.0.0.0', port: 1 };
const third = { name: 't', role: 'thirdParty', prefix: '53', password: null, tokens: [] } as const;

it.each<[string, Partial<Facts>]>([
  ['transport.http', { config: { ...config, http: { ...config.http, listen: elsewhere } } }],
  ['transport.mqtt', { config: { ...config, mqtt: { ...config.mqtt, url: 'mqtt://broker.example:1883' } } }],
  ['transport.influx', { config: { ...config, influx: { ...config.influx!, url: 'http://influx.example:8086' } } }],
  ['identity.enrolment', { config: { ...config, jt808: { ...config.jt808, listen: elsewhere, enrolment: 'open' } } }],
  ['identity.registry', { config: { ...config, jt808: { ...config.jt808, identity: 'off' } } }],
  ['access.thirdParty', { accounts: [third] }],
  ['access.commands', { config: { ...config, jt808: { ...config.jt808, listen: elsewhere } } }],
  ['access.files', { modes: [{ path: 'accounts.json', mode: 0o644 }] }],
  ['access.files', { modes: [{ path: 'data/', mode: 0o755 }] }],
  ['audit.trail', { trailFaults: ['gateway: row 3 altered'] }],
])('fails %s where it is to fail', (id, change) => {
  expect(verdictOf(id, factsOf(change))).toBe('fail');
});

it.each<[string, Partial<Facts>]>([
  ['transport.http', { config: { ...config, http: { ...config.http, listen: elsewhere, tls: TLS as never } } }],
  ['transport.mqtt', { config: { ...config, mqtt: { ...config.mqtt, url: 'mqtts://broker.example' } } }],
  ['access.thirdParty', { accounts: [{ ...third, expires: 2000 }] }],
  ['access.thirdParty', { accounts: [{ ...third, disabled: true }] }],
  [
    'identity.secondFactor',
    { accounts: [{ ...third, role: 'operator', totp: { secret: 'A', confirmed: true, recovery: [] } }] },
  ],
  ['access.fourEyes', {}],
])('passes %s where that is answered', (id, change) => {
  expect(verdictOf(id, factsOf(change))).toBe('pass');
});

it.each<[string, Partial<Facts>]>([
  ['identity.firstRun', { firstRun: true }],
  ['access.separation', { accounts: [] }],
  ['access.fourEyes', { fourEyes: false }],
  ['identity.secondFactor', { accounts: [{ ...third, role: 'operator' }] }],
  ['access.root', { root: true }],
  ['audit.time', { clockSynchronised: undefined }],
  ['audit.trail', { trailFaults: undefined }],
  ['transport.http', { config: { ...config, http: { ...config.http, listen: elsewhere, insecure: true } } }],
])('advises on %s', (id, change) => {
  expect(verdictOf(id, factsOf(change))).toBe('advice');
});

it('xingji doctor looks at a data folder: exit 1 once something fails, in the language that is asked for', async () => {
  const folder = temporaryFolder();
  await (await gatewayHere(folder.path)).stop();
  const doctor = (...args: readonly string[]) => runXingji(['doctor', '--data', folder.path, ...args]);
  chmodSync(folder.path, 0o750);
  const good = await doctor('--json');
  const findings = good.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { id: string; verdict: string });
  expect([good.code, findings.filter(({ verdict }) => verdict === 'fail')]).toEqual([0, []]);
  expect(findings.find(({ id }) => id === 'audit.trail')).toMatchObject({ verdict: 'pass' });
  chmodSync(join(folder.path, 'accounts.json'), 0o644);
  const bad = await doctor('--lang', 'zh');
  expect([bad.code, bad.stdout]).toEqual([
    1,
    expect.stringMatching(/不符 {2}访问控制 {2}文件权限过宽 \(.*accounts\.json 644\)/),
  ]);
  expect(await doctor('--http', 'nowhere')).toMatchObject({ code: 2, stdout: '' });
  folder.remove();
}, 60_000);
