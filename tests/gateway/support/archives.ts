/** Facts of platforms for tests. */
import type { Facts } from '../../../bridge/index.ts';
import { openRegistryFile, type RegistryFile, type Statement } from '../../../gateway/registry/store/registry-file.ts';

export const archive = (id: string, terminal: string, over: Partial<Facts['archive']> = {}): Facts['archive'] => ({
  id,
  vehicle: `vehicle ${id}`,
  plate: `云A${id}`,
  plateColor: 'blue',
  division: '530102',
  unit: '机关事务局',
  terminal,
  ...over,
});

export const workOrder = (id: string, over: Partial<Facts['workOrder']> = {}): Facts['workOrder'] => ({
  id,
  kind: 'removal',
  terminal: '100',
  from: '2026-01-05T08:00:00+08:00',
  until: '2026-01-05T18:00:00+08:00',
  ...over,
});

export const state = (kind: Statement['kind'], fact: Statement['fact']): Statement => ({ kind, fact });

/** A registry in memory. */
export const registryInMemory = (): RegistryFile => openRegistryFile(':memory:');
