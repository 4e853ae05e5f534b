/** What makers add to location reports, and messages of their own, as tables by profile. */
export { readVendorItems, splitVendorItems, type VendorItems } from './items.ts';
export { VENDOR_PROFILES, type VendorProfile, vendorProfileFor } from './profiles.ts';
export type { JamState, Readings, Signal as VendorSignal } from './reading.ts';
export { readings, type Reported, type ReportWords, type SignalBit } from './readings.ts';
export type { NumberValue as VendorNumber, VendorItem, VendorValue } from './value.ts';
export { messageCodec, messageFor, type Ways } from './message-codec.ts';
