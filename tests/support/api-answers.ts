/** Holds answers of the API to its description: every status described, every field in form, none that is not told of. */
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { fullFormats } from 'ajv-formats/dist/formats.js';
import type { Description } from '../../gateway/api/openapi/describe.ts';

interface Content {
  readonly [type: string]: { readonly schema?: object } | undefined;
}

type Responses = Readonly<Record<string, { readonly $ref?: string; readonly content?: Content } | undefined>>;

/** A schema that knows of no field but those that it names. */
export function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const node = Object.fromEntries(Object.entries(schema).map(([key, each]) => [key, closed(each)]));
  return 'properties' in node && !('additionalProperties' in node) ? { ...node, additionalProperties: false } : node;
}

export class ApiAnswers {
  readonly #description: Description;
  readonly #ajv = new Ajv2020({ strict: false, allErrors: true });
  readonly #checks = new Map<string, ValidateFunction>();
  /** `GET /api/v1/terminals 200`, as they came. */
  readonly seen = new Set<string>();

  constructor(description: Description) {
    this.#description = description;
    this.#ajv.addFormat('date-time', fullFormats['date-time']);
    this.#ajv.addFormat('date', fullFormats.date);
    this.#ajv.addFormat('uri', true);
    this.#ajv.addSchema(closed({ $id: 'http://api.invalid/', components: description.components }) as object);
  }

  /** The route that an address belongs to, as `GET /api/v1/terminals/:terminal`. */
  routeOf(method: string, address: string): string | undefined {
    const levels = address.replace(/[?#].*$/s, '').split('/');
    const fits = Object.entries(this.#description.paths).filter(([path, operations]) => {
      const wanted = path.split('/');
      if (operations[method.toLowerCase()] === undefined || wanted.length !== levels.length) return false;
      return wanted.every((level, i) => level.startsWith('{') || level === levels[i]);
    });
    // `/registry/history` before `/registry/{what}`.
    const [best] = fits.sort(([a], [b]) => a.split('{').length - b.split('{').length);
    return best === undefined ? undefined : `${method} ${best[0].replaceAll(/\{(\w+)\}/g, ':$1')}`;
  }

  /** The faults of an answer, or none. Notes which route answered how. */
  async faults(method: string, address: string, response: Response): Promise<readonly string[]> {
    const route = this.routeOf(method, address);
    if (route === undefined) return [`${method} ${address}: no such route is described`];
    const key = `${route} ${response.status}`;
    this.seen.add(key);
    const content = this.#contentOf(route, String(response.status));
    if (content === undefined) return [`${key}: the status is not described`];
    const type = (response.headers.get('content-type') ?? '').replace(/;.*$/s, '');
    const text = await response.text();
    if (Object.keys(content).length === 0) return text === '' ? [] : [`${key}: is described as empty`];
    const schema = content[type] ?? content['*/*'];
    if (schema === undefined) return [`${key}: ${type} is not described`];
    if (schema.schema === undefined) return [];
    const check = this.#check(`${key} ${type}`, schema.schema);
    return check(JSON.parse(text)) ? [] : [`${key}: ${this.#ajv.errorsText(check.errors)}: ${text.slice(0, 400)}`];
  }

  #contentOf(route: string, status: string): Content | undefined {
    const [method = '', path = ''] = route.split(' ');
    const operation = this.#description.paths[path.replaceAll(/:(\w+)/g, '{$1}')]?.[method.toLowerCase()];
    const found = (operation?.['responses'] as Responses | undefined)?.[status];
    if (found === undefined) return undefined;
    if (found.$ref === undefined) return found.content ?? {};
    const shared = this.#description.components['responses'] as Responses;
    return shared[found.$ref.split('/').at(-1) ?? '']?.content ?? {};
  }

  #check(key: string, schema: object): ValidateFunction {
    const known = this.#checks.get(key);
    if (known !== undefined) return known;
    const text = JSON.stringify(closed(schema)).replaceAll('"#/components', '"http://api.invalid/#/components');
    const check = this.#ajv.compile(JSON.parse(text) as object);
    this.#checks.set(key, check);
    return check;
  }
}
