/** D: a unit that puts everything of its own into 0xEB, with alarm words in which a 0 is the alarm. A day of battery. */
import { CSQ, field, MILEAGE, SATELLITES } from './items.ts';
import type { Profile } from './profile.ts';

export const D: Profile = {
  name: 'D',
  about: 'JT/T 808-2013 with a nested list in 0xEB',
  revision: 2013,
  manufacturerId: 'BSJ',
  model: 'BSJ-D',
  software: 'V2.0.0',
  hardware: 'H2.0',
  onMs: 15_000,
  offMs: 300_000,
  sleepReportMs: 600_000,
  heartbeatMs: 180_000,
  sleepAfterMs: 900_000,
  sleepLink: 'kept',
  backupMs: 86_400_000,
  replayDepth: 10_000,
  replayOrder: 'fifo',
  serialRestart: 'boot',
  tellsImei: false,
  items: [
    MILEAGE,
    CSQ,
    SATELLITES,
    {
      id: 0xeb,
      inside: [
        { id: 0x2d, fields: [field('supply', 2, { per: 1000 })] },
        // Two words of alarms and states in which a 0 says so; the rest is 1.
        {
          id: 0x89,
          fields: [field('flags', 4, { bits: { asleep: 1, removed: 12 }, activeLow: true })],
        },
        { id: 0xa8, fields: [field('backupPercent', 1)] },
        { id: 0xb2, fields: [field('iccid', 10, { as: 'bcd' })] },
        { id: 0xc5, fields: [field('flags', 4, { bits: { caseOpen: 14 }, activeLow: true })] },
        { id: 0xd5, fields: [field('imei', 8, { as: 'bcd' })] },
        {
          id: 0xd8,
          fields: [field('mcc', 2), field('mnc', 1), field('lac', 2), field('cell', 4)],
        },
      ],
    },
  ],
  alarmBits: [7, 8],
  csqDetached: 'raw',
  cameras: 0,
  latencyFactor: 1.2,
};
