/** The only door of `simulator`: terminals that behave like terminals, one or tens of thousands, on the wire only. */
export type { AcknowledgedReports, Effect, Input } from './firmware/effects.ts';
export type { StoredReport } from './firmware/blind-area.ts';
export { FIRST_PHONE, type Identity } from './firmware/identity.ts';
export { FACTORY_SETTINGS, type FirmwareSettings } from './firmware/settings.ts';
export { Fleet, type FleetHost, type FleetOptions, type RevisionMix } from './fleet/fleet.ts';
export { Histogram } from './fleet/histogram.ts';
export { formatSummary, type Quantiles, summarise, type Summary } from './fleet/report.ts';
export { Tally } from './fleet/tally.ts';
export type { CallSink, Dialer } from './link/dialer.ts';
export { faultLink } from './link/fault-link.ts';
export { type Faults, NO_FAULTS, parseFaults } from './link/faults.ts';
export { tcpDialer } from './link/tcp.ts';
export { udpDialer } from './link/udp.ts';
export { type Incident, incidentAt, type IncidentKind } from './world/incidents.ts';
export { newReading, type Reading, type Vehicle, World } from './world/world.ts';
