/** A terminal as it is looked for: leading zeros are the form of an edition of the standard, not the number's. */
export function terminalKey(terminal: string): string {
  return terminal.replace(/^0+(?=.)/, '');
}
