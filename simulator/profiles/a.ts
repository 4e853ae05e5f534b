/** A: JT/T 808-2019, standard items only, a quarter of an hour on its own battery. */
import { CSQ, IO, MILEAGE, SATELLITES, SIGNALS, WHEEL_SPEED } from './items.ts';
import type { Profile } from './profile.ts';

export const A: Profile = {
  name: 'A',
  about: 'JT/T 808-2019, standard items only',
  revision: 2019,
  manufacturerId: 'XJSIM',
  model: 'XJ-808A',
  software: 'V2.0.0',
  hardware: 'H1.2',
  onMs: 10_000,
  offMs: 60_000,
  sleepReportMs: 300_000,
  heartbeatMs: 60_000,
  sleepAfterMs: 1_800_000,
  sleepLink: 'kept',
  backupMs: 900_000,
  replayDepth: 5000,
  replayOrder: 'fifo',
  serialRestart: 'boot',
  tellsImei: true,
  items: [MILEAGE, WHEEL_SPEED, SIGNALS, IO, CSQ, SATELLITES],
  alarmBits: [4, 5, 6, 7, 8, 27, 28],
  csqDetached: 'raw',
  cameras: 2,
  latencyFactor: 1,
};
