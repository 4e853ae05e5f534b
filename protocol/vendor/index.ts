/** What makers add to location reports, as tables by profile. */
export { readVendorItems, splitVendorItems, type VendorItems } from './items.ts';
export { VENDOR_PROFILES, type VendorProfile, vendorProfileFor } from './profiles.ts';
export type { VendorReading, VendorSignal } from './reading.ts';
export type { NumberValue as VendorNumber, VendorItem, VendorValue } from './value.ts';
