/** What a supply voltage says, in systems of 12 and of 24 volts; millivolts. */

const CLASS_SPLIT_MV = 17_000;

export function isHealthySupply(millivolts: number): boolean {
  return millivolts >= (millivolts > CLASS_SPLIT_MV ? 24_000 : 12_000);
}

export function isLowSupply(millivolts: number): boolean {
  return millivolts < (millivolts > CLASS_SPLIT_MV ? 23_000 : 11_600);
}
