/**
 * Stress: habits that contradict what a platform may take for granted. The signal strength freezes when the modem is
 * detached, serials begin anywhere, the newest stored report comes first.
 */
import { CSQ, field, IO, MILEAGE, SATELLITES, WHEEL_SPEED } from './items.ts';
import type { Profile } from './profile.ts';

export const STRESS: Profile = {
  name: 'stress',
  about: 'JT/T 808-2013, everything as a platform would not expect it',
  revision: 2013,
  manufacturerId: 'XJSIM',
  model: 'XJ-808X',
  software: 'V0.9.9',
  hardware: 'H0.9',
  onMs: 20_000,
  offMs: 120_000,
  sleepReportMs: 1_200_000,
  heartbeatMs: 240_000,
  sleepAfterMs: 600_000,
  sleepLink: 'drop',
  backupMs: 1_800_000,
  replayDepth: 200,
  replayOrder: 'lifo',
  serialRestart: 'random',
  tellsImei: false,
  items: [SATELLITES, CSQ, IO, WHEEL_SPEED, MILEAGE, { id: 0xe1, fields: [field('backupPercent', 1)] }],
  alarmBits: [5, 8],
  csqDetached: 'frozen',
  cameras: 1,
  latencyFactor: 2,
};
