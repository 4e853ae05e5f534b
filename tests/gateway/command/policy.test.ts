import { describe, expect, it } from 'vitest';
import { load } from '../../../gateway/command/cargo.ts';
import { needsApproval } from '../../../gateway/command/policy.ts';
import { distanceM } from '../../../gateway/command/target.ts';
import { seededRandom, CATALOGUE, type Message, toJson } from '../../../protocol/index.ts';
import { sample } from '../../../protocol/schema/sample.ts';

const danger = (type: string, body: object, revision: 2011 | 2013 | 2019 = 2013): string | undefined =>
  load(type, revision, body).danger;
const set = (params: object): string | undefined => danger('setTerminalParameters', { params });
const raw = (id: string): string | undefined => set({ unknown: [{ id, hex: '01' }] });

describe('what can do harm', () => {
  it.each([
    ['locking doors', 'vehicleControl', { flag: ['doorLock'] }, 2013],
    ['a control of its maker', 'vehicleControl', { controls: [{ controlId: 0xf001, param: 1 }] }, 2019],
    ['a reset', 'terminalControl', { command: 'reset' }, 2013],
    ['octets for whatever hangs on it', 'downlinkTransparentData', { type: 0xf0, data: '00' }, 2013],
    ['listening in', 'phoneCallback', { flag: 'listenIn', phone: '10086' }, 2013],
    ['an order in a text', 'textMessage', { flag: [], text: '<SPBSJ*P:BSJGPS*T:0>' }, 2013],
    ['another order in a text', 'textMessage', { flag: [], text: 'RELAY,1#' }, 2013],
  ] as const)('is %s', (_what, type, body, revision) => {
    expect(danger(type, body, revision)).toBeDefined();
  });

  it('are parameters of servers, telephones, odometer and plate, by name or by id', () => {
    expect(set({ mainServerAddress: '203.0.113.1' })).toBe('parameter 0x0013');
    expect(set({ heartbeatInterval: 60, plateNumber: '云A00001' })).toBe('parameter 0x0083');
    expect([raw('0x0013'), raw('0x0048'), raw('0xF001'), raw('0xFFFF')].every((one) => one !== undefined)).toBe(true);
    expect(set({ heartbeatInterval: 60 })).toBeUndefined();
    expect([raw('0x0029'), raw('0xF364'), raw('0xF367')]).toEqual([undefined, undefined, undefined]);
  });

  it.each([
    ['a question', 'locationQuery', {}],
    ['a text', 'textMessage', { flag: ['display'], text: '请靠边停车 #1 桥' }],
    ['an ordinary call', 'phoneCallback', { flag: 'normalCall', phone: '10086' }],
    [
      'stopping a recording',
      'audioRecordingStart',
      { command: 'stop', duration: 0, saveFlag: 'store', sampleRate: '8kHz' },
    ],
  ] as const)('is not %s', (_what, type, body) => {
    expect(danger(type, body)).toBeUndefined();
  });

  it('is looked for in every body that there is', () => {
    for (const message of CATALOGUE as readonly Message[]) {
      if (message.about.from !== 'platform' || message.about.replies === undefined) continue;
      for (let seed = 0; seed < 20; seed++) {
        const body = toJson(message, 2013, sample(message, 2013, seededRandom(`${message.name}${seed}`)));
        expect(() => load(message.name, 2013, body)).not.toThrow();
      }
    }
  });
});

it.each([
  ['none', undefined, false],
  ['none', 'x', false],
  ['dangerous', undefined, false],
  ['dangerous', 'x', true],
  ['all', undefined, true],
] as const)('under %s what is %s waits: %s', (policy, why, waits) => {
  expect(needsApproval(policy, why)).toBe(waits);
});

it.each([
  [0, 0, 0, 1, 111_195],
  [25.04, 102.71, 25.04, 102.71, 0],
  [24.88, 102.83, 22.82, 108.32, 602_300],
  [0, 179.9, 0, -179.9, 22_239],
])('from %f, %f to %f, %f it is about %i m', (latitude, longitude, otherLatitude, otherLongitude, metres) => {
  const distance = distanceM({ latitude, longitude }, { latitude: otherLatitude, longitude: otherLongitude });
  expect(Math.abs(distance - metres)).toBeLessThanOrEqual(metres * 0.005 + 1);
});
