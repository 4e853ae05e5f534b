import { expect, it } from 'vitest';
import { exposuresOf } from '../../../gateway/config/exposure.ts';
import { loadConfig } from '../../../gateway/config/load.ts';

function settingsOf(flags: Record<string, string>, env: Record<string, string> = {}): readonly string[] {
  const loaded = loadConfig({ env, flags });
  if ('faults' in loaded) throw new Error(JSON.stringify(loaded.faults));
  return exposuresOf(loaded.config).map(({ setting, address }) => `${setting} ${address}`);
}

it('the defaults leave nothing open', () => {
  expect(settingsOf({})).toEqual([]);
});

it('terminals in clear and HTTP behind a proxy are named with their addresses', () => {
  const flags = { jt808: '10.0.0.4:8808', http: '10.0.0.4:8080' };
  expect(settingsOf(flags, { XINGJI_HTTP_INSECURE: 'true' })).toEqual([
    'http.listen 10.0.0.4:8080',
    'jt808.listen 10.0.0.4:8808',
  ]);
});
