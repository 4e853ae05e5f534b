/** Makes schemas with a title components of a description (OpenAPI, AsyncAPI), so that each stands there once. */

/** Collects them; `schemas` belongs under `components`. */
export class Components {
  readonly #byName = new Map<string, { readonly text: string; readonly schema: unknown }>();

  /** The schema with a reference in the place of each part that has a title. Throws where two of one title differ. */
  lift(schema: unknown): unknown {
    if (Array.isArray(schema)) return schema.map((each) => this.lift(each));
    if (typeof schema !== 'object' || schema === null) return schema;
    const { title, ...node } = schema as Readonly<Record<string, unknown>>;
    const lifted = Object.fromEntries(Object.entries(node).map(([key, each]) => [key, this.lift(each)]));
    if (typeof title !== 'string') return lifted;
    const text = JSON.stringify(lifted);
    const known = this.#byName.get(title);
    if (known === undefined) this.#byName.set(title, { text, schema: { title, ...lifted } });
    else if (known.text !== text) throw new Error(`two schemas are named ${title}`);
    return { $ref: `#/components/schemas/${title}` };
  }

  /** All that were lifted, by title. */
  get schemas(): Readonly<Record<string, unknown>> {
    return Object.fromEntries([...this.#byName].map(([name, { schema }]) => [name, schema]));
  }
}
