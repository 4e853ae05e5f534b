/** The package without Node: bundled for browsers, and run where there is nothing but the language. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createContext, runInContext } from 'node:vm';
import { beforeAll, describe, expect, test } from 'vitest';
import * as here from '../../protocol/index.ts';

type Package = typeof here;

const root = join(import.meta.dirname, '../..');
/** An 0x0200 of 2013 with items, and a 0x8300 of 2019. */
const REPORT =
  '7e02000032013912345678000700000100000000030' +
  '1dafa66073d5f1900140396016726112110300601040029 5ab930011a310105e402006414 7e'.replaceAll(' ', '');

/** A bundle as a script that leaves the package in `xingji`; anything of Node in it fails here. */
async function bundle(): Promise<string> {
  // The bundler that vitest itself runs on.
  const { resolve } = createRequire(createRequire(import.meta.url).resolve('vitest/package.json'));
  const { build } = (await import(pathToFileURL(resolve('vite')).href)) as {
    build(config: object): Promise<{ output: { code: string }[] }[]>;
  };
  const [made] = await build({
    root,
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      minify: true,
      lib: { entry: 'protocol/index.ts', name: 'xingji', formats: ['iife'] },
    },
  });
  return made!.output[0]!.code;
}

let code: string;

beforeAll(async () => {
  code = await bundle();
});

/** The package in a context that has the language, the two coders of texts, and what is given. */
function load(options: { readonly strings: boolean }): Package {
  const context = createContext(
    { TextDecoder, TextEncoder },
    { codeGeneration: { strings: options.strings, wasm: false } },
  );
  runInContext(`${code}\nglobalThis.xingji = xingji;`, context);
  return context['xingji'] as Package;
}

/** Values of another context have other prototypes. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

test('the bundle names nothing of Node and stays small', () => {
  expect(code).not.toMatch(/from"node:|require\("node:|process\.env/);
  expect(code.length).toBeGreaterThan(50_000);
  expect(code.length).toBeLessThan(700_000);
});

describe.each([
  ['where functions may be made from source', true],
  ['under a content security policy that forbids it', false],
])('%s', (_, strings) => {
  let there: Package;

  beforeAll(() => {
    there = load({ strings });
  });

  test('frames are decoded as in Node', () => {
    for (const line of [REPORT, '7e0002000001391234567800098f7e', 'no hex']) {
      const decode = (of: Package): unknown => plain(of.decodeFrameHex(line).map((one) => of.describeMessage(one)));
      expect(decode(there)).toEqual(decode(here));
    }
  });

  test('messages are encoded as in Node', () => {
    const message = {
      name: 'textMessage',
      phone: '13912345678',
      revision: 2019,
      serial: 1,
      body: { flag: ['tts'], textType: 'service', text: '请速回' },
    };
    const encode = (of: Package): string[] => of.encodeMessageJson(plain(message)).map((frame) => of.formatHex(frame));
    expect(encode(there)).toEqual(encode(here));
  });

  test('frames are explained as in Node', () => {
    expect(plain(there.explainFrameHex(REPORT))).toEqual(plain(here.explainFrameHex(REPORT)));
  });

  test('every message of the catalogue is read and written as in Node', () => {
    expect(there.CATALOGUE.length).toBe(here.CATALOGUE.length);
    let read = 0;
    for (const { id } of here.CATALOGUE as readonly here.Message[]) {
      for (const revision of here.REVISIONS) {
        const message = here.messageById(id)!;
        const body = here.sample(message, revision, here.seededRandom(`${id} ${revision}`));
        const octets = here.encodeBody(id, revision, body);
        const value = there.codecFor(id, revision)!.decode(octets, 0, octets.length, there.IGNORE_QUIRKS) as never;
        const json = there.toJson(there.messageById(id)!, revision, value);
        expect([message.name, plain(json)]).toEqual([message.name, plain(here.toJson(message, revision, body))]);
        expect(there.formatHex(there.encodeBody(id, revision, value))).toBe(here.formatHex(octets));
        read++;
      }
    }
    expect(read).toBeGreaterThan(100);
  });
});
