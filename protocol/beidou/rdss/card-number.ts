/** User addresses: the number of a card, 24 bits, which people write with seven digits. */

/** What a machine without a card calls itself: 0x1FFFFF. */
export const NO_CARD = '2097151';

/** The seven digits of a card. */
export function cardNumber(address: number): string {
  return String(address).padStart(7, '0');
}
