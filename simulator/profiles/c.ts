/**
 * C: a unit with a maker's items: supply in 0x61, battery in 0x56, ICCID in 0xF1; alarm bits 16 and 17 mean an open
 * case and removal, as 2013 leaves them free.
 */
import { CSQ, field, IO, MILEAGE, SATELLITES, WHEEL_SPEED } from './items.ts';
import type { Profile } from './profile.ts';

export const C: Profile = {
  name: 'C',
  about: 'JT/T 808-2013 with items of its maker: 0x56, 0x5D, 0x61, 0xF1',
  revision: 2013,
  manufacturerId: 'XJSIM',
  model: 'GPS51-C',
  software: 'V2.0.0',
  hardware: 'H3.1',
  onMs: 10_000,
  offMs: 300_000,
  sleepReportMs: 300_000,
  heartbeatMs: 120_000,
  sleepAfterMs: 1_800_000,
  sleepLink: 'kept',
  backupMs: 10_800_000,
  replayDepth: 3000,
  replayOrder: 'fifo',
  serialRestart: 'boot',
  tellsImei: false,
  items: [
    MILEAGE,
    WHEEL_SPEED,
    IO,
    CSQ,
    SATELLITES,
    { id: 0x56, fields: [field('backupPercent', 1, { per: 0.1 }), field('backupPercent', 1)] },
    {
      id: 0x5d,
      fields: [field('one', 1), field('mcc', 2), field('mnc', 1), field('lac', 2), field('cell', 4), field('csq', 1)],
    },
    { id: 0x61, fields: [field('supply', 2, { per: 100 })] },
    { id: 0xf1, fields: [field('iccid', 20, { as: 'ascii' })] },
  ],
  alarmBits: [4, 5, 6, 7, 8, 28],
  ownBits: { caseOpen: 16, removed: 17 },
  csqDetached: 'raw',
  cameras: 0,
  latencyFactor: 1,
};
