/** The state that both emitters share: lines of source, fresh names, and where in the octets they stand. */
import type { Condition, Node } from './node.ts';
import type { Revision } from './revision.ts';

/** What sub-functions of one codec share. */
interface Unit {
  names: number;
  readonly functions: string[];
}

export class Emitter {
  readonly revision: Revision;
  readonly lines: string[] = [];
  /** Sources of functions that the lines call. */
  readonly functions: string[];
  /** Position = variable `base` plus the constant `k`. */
  base = 'o';
  k = 0;
  /** Octets past `base` that have been checked to exist. */
  guaranteed = 0;
  /** Variable that holds where the octets end. */
  end = 'end';
  /** Variables that hold the wire numbers of the fields of the struct at hand, and of those around it. */
  scope = new Map<string, string>();
  /** Variable that holds where the struct at hand begins, where it has a check. */
  structAt = '';
  #depth = 1;
  readonly #unit: Unit;

  constructor(revision: Revision, parent?: Emitter) {
    this.revision = revision;
    this.#unit = parent === undefined ? { names: 0, functions: [] } : parent.#unit;
    this.functions = this.#unit.functions;
  }

  push(line: string): void {
    this.lines.push('  '.repeat(this.#depth) + line);
  }

  /** Lines between `head {` and `}`. */
  block(head: string, body: () => void): void {
    this.push(`${head} {`);
    this.#depth++;
    body();
    this.#depth--;
    this.push('}');
  }

  name(hint: string): string {
    return `${hint.replace(/\W/g, '_')}_${this.#unit.names++}`;
  }

  at(i = 0): string {
    const k = this.k + i;
    return k === 0 ? this.base : `${this.base} + ${k}`;
  }

  /** Goes on at a position that is known at run time only. */
  moveTo(variable: string): void {
    this.base = variable;
    this.k = 0;
    this.guaranteed = 0;
  }

  /** Fixes the position into a variable that later lines may assign. */
  pin(hint = 'p'): string {
    const p = this.name(hint);
    this.push(`let ${p} = ${this.at()};`);
    this.moveTo(p);
    return p;
  }

  /** Makes sure that `n` octets are there; once for a run of fields. */
  require(n: number, path: string): void {
    if (this.k + n <= this.guaranteed) return;
    const have = `${this.end} - (${this.at()})`;
    this.push(
      `if (${this.end} - ${this.base} < ${this.k + n}) truncated(${q(path)}, ${n}, ${have}, ${this.at()} - o);`,
    );
    this.guaranteed = this.k + n;
  }

  /** The variable that holds the wire number of an earlier field of the struct. */
  wireNumber(field: string, path: string): string {
    const raw = this.scope.get(field);
    if (raw === undefined) throw new Error(`${path}: no earlier field ${field}`);
    return raw;
  }

  /** The condition over the wire numbers of earlier fields, as an expression. */
  condition(condition: Condition, path: string): string {
    if ('all' in condition) return condition.all.map((one) => `(${this.condition(one, path)})`).join(' && ') || 'true';
    const raw = this.wireNumber(condition.field, path);
    if ('equals' in condition) return `${raw} === ${condition.equals}`;
    if ('among' in condition) return condition.among.map((value) => `${raw} === ${value}`).join(' || ') || 'false';
    if ('not' in condition) return `${raw} !== ${condition.not}`;
    return `((${raw} >>> ${condition.bit}) & 1) === 1`;
  }
}

/** A text as a JavaScript literal. */
export const q = (text: string): string => JSON.stringify(text);

/** A property of a value: names of the catalogue are identifiers, which the compiler checks. */
export function member(of: string, name: string): string {
  if (!/^[A-Za-z][A-Za-z0-9]*$/.test(name)) throw new Error(`${name} is no field name`);
  return `${of}.${name}`;
}

/** Kinds whose wire form is one unsigned number that conditions can ask for. */
export function isNumber(node: Node): boolean {
  return node.kind === 'uint' || node.kind === 'flags' || node.kind === 'packed' || node.kind === 'enumeration';
}
