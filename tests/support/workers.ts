/** A gateway of several processes, the terminals that its tests have, and its API. */
import { terminalOf } from '../../protocol/index.ts';
import type { GatewayProcess } from './gateway.ts';

export const WORKERS = 2;
export const PHONES = Array.from({ length: 9 }, (_, n) => `01390000${String(1000 + n)}`);
export const TERMINALS = PHONES.map(terminalOf);

export async function api<T>(gateway: GatewayProcess, path: string, init: RequestInit = {}): Promise<T> {
  const headers = new Headers(init.headers);
  headers.set('authorization', `Bearer ${gateway.ready.token}`);
  headers.set('content-type', 'application/json');
  const response = await fetch(`${gateway.ready.http}${path}`, { ...init, headers });
  const text = await response.text();
  if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
  return (text.startsWith('{') ? JSON.parse(text) : text) as T;
}
