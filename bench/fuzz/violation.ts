/** What a target throws where something does not hold that must hold for any octets. */
export class Violation extends Error {
  override readonly name = 'Violation';
}

/** Throws where two things that must be equal are not. */
export function same(what: string, one: unknown, other: unknown): void {
  const [a, b] = [JSON.stringify(one), JSON.stringify(other)];
  if (a !== b) throw new Violation(`${what}: ${short(a)} is not ${short(b)}`);
}

/** Throws where a size is over its bound. */
export function within(what: string, size: number, bound: number): void {
  if (size > bound) throw new Violation(`${what}: ${size} is over ${bound}`);
}

const short = (text: string | undefined): string => (text ?? 'undefined').slice(0, 300);
