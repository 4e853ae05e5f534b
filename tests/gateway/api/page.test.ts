import { readFileSync, readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ALARM_BITS } from '../../../protocol/index.ts';
import { type Running, serve } from './fake-gateway.ts';

const FOLDER = new URL('../../../gateway/api/page/', import.meta.url);
const read = (name: string): string => readFileSync(new URL(name, FOLDER), 'utf8');

interface Texts {
  readonly TEXTS: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly ALARMS_ZH: Readonly<Record<string, string>>;
  readonly GRAVE: ReadonlySet<string>;
}

interface EmptyList {
  readonly whyNothing: (list: { shown: number; listed: boolean; known: number }) => string | undefined;
}

let running: Running;
let texts: Texts;
let list: EmptyList;

beforeAll(async () => {
  running = await serve();
  texts = (await import(new URL('texts.js', FOLDER).href)) as Texts;
  list = (await import(new URL('empty-list.js', FOLDER).href)) as EmptyList;
});
afterAll(() => running.api.close());

describe('the status page', () => {
  test('is served with everything that it refers to', async () => {
    const html = await (await running.ask('/')).text();
    const links = [...html.matchAll(/(?:src|href)="(\/page\/[^"]+)"/g)].map(([, path]) => path ?? '');
    const imports = [...`${read('page.js')}${read('speech.js')}`.matchAll(/from '\.\/([^']+)'/g)].map(
      ([, name]) => `/page/${name}`,
    );
    const paths = new Set([...links, ...imports]);
    expect(paths.size).toBe(readdirSync(FOLDER).length - 1);
    for (const path of paths) expect((await running.ask(path)).status, path).toBe(200);
  });

  test('may run nothing inline and load nothing from elsewhere', async () => {
    const response = await running.ask('/');
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
    const html = await response.text();
    expect(html).not.toMatch(/<script(?![^>]*\bsrc=)|\son\w+=|style=|https?:\/\//);
  });

  test('is asked for again only when it changed', async () => {
    const first = await running.ask('/');
    const etag = first.headers.get('etag') ?? '';
    expect((await running.ask('/', { headers: { 'if-none-match': etag } })).status).toBe(304);
    expect((await running.ask('/', { headers: { 'if-none-match': '"other"' } })).status).toBe(200);
  });

  test('never turns text into markup', () => {
    for (const name of readdirSync(FOLDER).filter((file) => file.endsWith('.js')))
      expect(read(name), name).not.toMatch(
        /innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function/,
      );
  });

  test('has the same texts in both languages, and all that it uses', () => {
    const { 'zh-CN': chinese = {}, en = {} } = texts.TEXTS;
    expect(Object.keys(chinese)).toEqual(Object.keys(en));
    const used = [
      ...read('index.html').matchAll(/data-text="(\w+)"/g),
      ...read('page.js').matchAll(/\btexts\.(?!js\b)(\w+)/g),
    ];
    expect(used.length).toBeGreaterThan(40);
    for (const [, name] of used) expect(en, name).toHaveProperty(name ?? '');
  });

  test.each([
    ['before the list has come, though a gateway has terminals', { shown: 0, listed: false, known: 80 }, 'loading'],
    ['before the list of an empty gateway has come', { shown: 0, listed: false, known: 0 }, 'loading'],
    ['where a filter hides all of them', { shown: 0, listed: true, known: 80 }, 'noMatch'],
    ['where there are none', { shown: 0, listed: true, known: 0 }, 'empty'],
    ['where some are shown', { shown: 3, listed: true, known: 80 }, undefined],
  ])('says why the list is empty: %s', (_, state, why) => {
    expect(list.whyNothing(state)).toBe(why);
    if (why !== undefined) for (const each of Object.values(texts.TEXTS)) expect(each).toHaveProperty(why);
  });

  test('leaves it to that to show the words, and none stand there from the beginning', () => {
    expect(read('index.html')).toMatch(/id="empty"[^>]* hidden><\/p>/);
    expect(read('page.js')).toContain('speech.texts[why]');
  });

  test('knows every alarm bit in Chinese', () => {
    const known = new Set(Object.keys(texts.ALARMS_ZH));
    expect(known).toEqual(new Set(Object.keys(ALARM_BITS)));
    for (const name of texts.GRAVE) expect(known).toContain(name);
  });

  test('looks for elements that exist', () => {
    const html = read('index.html');
    const ids = [...read('page.js').matchAll(/byId\('([^']+)'\)/g)].map(([, id]) => id ?? '');
    expect(ids.length).toBeGreaterThan(30);
    for (const id of new Set(ids)) expect(html, id).toContain(`id="${id}"`);
  });
});
