/** Functions from their source, where the platform allows it. */

let allowed: boolean | undefined;

/**
 * Whether functions may be made from source here. A strict content security policy forbids it, and so do some hosts; then
 * everything that is built from source is done by walking its description instead, some thirty times slower.
 */
export function canBuild(): boolean {
  if (allowed === undefined) {
    try {
      allowed = new Function('return true')() === true;
    } catch {
      allowed = false;
    }
  }
  return allowed;
}

/**
 * A function from the lines of its body, in which the names of `context` stand for its values. The lines come from
 * descriptors only, never from octets or JSON.
 */
export function buildFunction<F>(parameters: string, lines: readonly string[], context: object, inner = ''): F {
  const source = `'use strict';\n${inner}\nreturn function (${parameters}) {\n${lines.join('\n')}\n};`;
  return new Function(...Object.keys(context), source)(...Object.values(context)) as F;
}
