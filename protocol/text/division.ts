/**
 * Administrative divisions (GB/T 2260) as 0x0100 and the parameters 0x0081 and 0x0082 carry them: the first two
 * digits of the six-digit code as the province, the other four as the city, both as plain numbers.
 */

/** The division of a terminal that names none: both ids are 0, which leaves the choice to the platform. */
export const NO_DIVISION = '000000';

/**
 * Six-digit code of a province and a city id; `000000` where they are none: province 0 is reserved, and numbers
 * beyond two and four digits are no parts of a code.
 */
export function divisionOf(provinceId: number, cityId: number): string {
  if (provinceId === 0 || provinceId > 99 || cityId > 9999) return NO_DIVISION;
  return String(provinceId * 10_000 + cityId).padStart(6, '0');
}

/** Province and city id of a six-digit code, or undefined where it is none. */
export function idsOfDivision(code: string): { readonly provinceId: number; readonly cityId: number } | undefined {
  if (!/^\d{6}$/.test(code)) return undefined;
  return { provinceId: Number(code.slice(0, 2)), cityId: Number(code.slice(2)) };
}
