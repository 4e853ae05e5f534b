/** Asks a running gateway over HTTP, as whoever the token belongs to. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Command, Option } from 'commander';
import type { GatewayApi } from '../terminal-link/remote.ts';
import { dataOption } from './journal-source.ts';

export interface ApiFlags {
  readonly data: string;
  readonly url?: string;
  readonly token?: string;
}

/** What the gateway would not do, or that there is none: for a person, in one line. */
export class ApiFault extends Error {
  override readonly name = 'ApiFault';
  readonly exitCode: 1 | 2;

  constructor(message: string, exitCode: 1 | 2) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** Adds the options that say where the gateway is. */
export function addApiOptions(command: Command): Command {
  return command
    .addOption(dataOption())
    .addOption(
      new Option('--url <url>', 'its address; else that in first-run.json of the data folder').env('XINGJI_URL'),
    )
    .addOption(new Option('--token <token>', 'API token; else that in first-run.json').env('XINGJI_TOKEN'));
}

/** Runs a command's work; a fault of the API is one line on stderr, 1 where it was refused, 2 where nobody could be asked. */
export async function withApi(
  flags: ApiFlags,
  work: (ask: (path: string, json?: unknown) => Promise<unknown>) => Promise<void>,
): Promise<void> {
  try {
    const { url, token } = addressOf(flags);
    await work((path, json) => ask(url, token, { path, json }));
  } catch (error) {
    if (!(error instanceof ApiFault)) throw error;
    console.error(error.message);
    process.exitCode = error.exitCode;
  }
}

/** The gateway that the options name; throws ApiFault where they name none. */
export function gatewayApi(flags: ApiFlags): GatewayApi {
  const { url, token } = addressOf(flags);
  const headers = { authorization: `Bearer ${token}` };
  return {
    url,
    ask: (path, json) => ask(url, token, { path, json }),
    async octets(path) {
      const response = await reach(url, path, { headers });
      if (!response.ok) throw new ApiFault(`${response.status}: ${path} is not to be had`, 1);
      return new Uint8Array(await response.arrayBuffer());
    },
    async follow(path, signal, told) {
      const response = await reach(url, path, { headers, signal });
      if (!response.ok || response.body === null) throw new ApiFault(`${response.status}: no stream`, 1);
      let rest = '';
      for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
        const events = (rest + chunk).split('\n\n');
        rest = events.pop()!;
        for (const event of events) {
          const [, kind] = /^event: (.*)$/m.exec(event) ?? [];
          const [, data] = /^data: (.*)$/m.exec(event) ?? [];
          if (kind !== undefined && data !== undefined) told(kind, JSON.parse(data));
        }
      }
    },
  };
}

async function reach(url: string, path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(new URL(path, url), init);
  } catch {
    throw new ApiFault(`no gateway answers at ${url}`, 2);
  }
}

function addressOf({ data, url, token }: ApiFlags): { readonly url: string; readonly token: string } {
  if (url !== undefined && token !== undefined) return { url, token };
  const path = join(data, 'first-run.json');
  let told: { readonly http?: string; readonly token?: string } = {};
  try {
    told = JSON.parse(readFileSync(path, 'utf8')) as typeof told;
  } catch {
    throw new ApiFault(`${path} cannot be read; say --data, or --url and --token`, 2);
  }
  const found = { url: url ?? told.http, token: token ?? told.token };
  if (found.url === undefined || found.token === undefined)
    throw new ApiFault(`${path} has no ${found.url === undefined ? 'address' : 'token'}; say --url and --token`, 2);
  return { url: found.url, token: found.token };
}

async function ask(
  url: string,
  token: string,
  { path, json }: { readonly path: string; readonly json: unknown },
): Promise<unknown> {
  const response = await reach(url, path, {
    method: json === undefined ? 'GET' : 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      ...(json === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
  });
  const said = (await response.json().catch(() => ({}))) as { readonly code?: string; readonly detail?: string };
  if (response.ok) return said;
  throw new ApiFault(`${said.code ?? response.status}: ${said.detail ?? 'refused'}`, 1);
}
