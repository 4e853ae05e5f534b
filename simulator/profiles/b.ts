/** B: a cheap unit of 2013. No battery inside, sleeps with its link dropped, begins its serials anew at each connect. */
import { CSQ, MILEAGE, SATELLITES } from './items.ts';
import type { Profile } from './profile.ts';

export const B: Profile = {
  name: 'B',
  about: 'JT/T 808-2013, cheap: no battery inside, deep sleep',
  revision: 2013,
  manufacturerId: 'XJSIM',
  model: 'XJ-808B',
  software: 'V2.0.0',
  hardware: 'H1.0',
  onMs: 30_000,
  offMs: 180_000,
  sleepReportMs: 3_600_000,
  heartbeatMs: 180_000,
  sleepAfterMs: 1_800_000,
  sleepLink: 'fin_or_drop',
  backupMs: 0,
  replayDepth: 500,
  replayOrder: 'fifo',
  serialRestart: 'connect',
  tellsImei: false,
  items: [MILEAGE, CSQ, SATELLITES],
  alarmBits: [4, 5, 7, 8],
  csqDetached: '99',
  cameras: 0,
  latencyFactor: 2,
};
