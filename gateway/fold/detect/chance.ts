/** −ln of a bound on the chance of so many at once: Chernoff's, of the Poisson law. */
export function surprise(many: number, expected: number): number {
  return many <= expected ? 0 : many * Math.log(many / expected) - many + expected;
}
