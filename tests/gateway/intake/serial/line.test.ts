import { describe, expect, test } from 'vitest';
import { encodeRdssFrame } from '../../../../protocol/index.ts';
import {
  authenticationBody,
  frameOf,
  heard,
  ID,
  joined,
  locationBody,
  NOON,
  registrationBody,
} from '../../../support/terminal-frames.ts';
import { CAR, frames, rigOf, TERMINAL } from '../support.ts';
import { linesOf, locationsOf, secondOf, sentence } from './support.ts';

const ANY = '/dev/ttyUSB0';
const MINE = `${ANY}=${CAR.phone}`;

describe('a terminal on a line', () => {
  test('registers, reports and is acknowledged as over TCP, with a receiver talking in between', async () => {
    const rig = await rigOf();
    const { serial, device, told } = await linesOf(rig, MINE);
    device.say(joined(frameOf(CAR, ID.registration, 0, registrationBody(2013))));
    await rig.run();
    const [enrolled] = device.written.flatMap(heard);
    const { authCode = '' } = enrolled!.body as { authCode?: string };
    device.say(frameOf(CAR, ID.authentication, 1, authenticationBody(2013, authCode)));
    device.say(secondOf(1));
    device.say(frameOf(CAR, ID.location, 2, locationBody({ time: NOON })));
    await rig.run();
    const answers = device.written.flatMap(heard).map(({ header }) => header.id.toString(16));
    expect(answers).toEqual(['8100', '8001', '8001']);
    expect(rig.core.latest.get(TERMINAL)).toMatchObject({ online: true, peer: `serial:${ANY}` });
    expect(told).toEqual(['open 115200 baud', 'rate 115200 baud', 'speaks jt808', 'speaks nmea']);
    expect(serial.counters[0]).toMatchObject({ up: true, baud: 115_200, noise: 0, units: { jt808: 3, nmea: 2 } });
    await serial.stop();
    await rig.stop();
  });

  test('opens another link with its next frame when its link timed out', async () => {
    const rig = await rigOf();
    const { serial, device } = await linesOf(rig, ANY);
    device.say(frameOf(CAR, ID.registration, 0, registrationBody(2013)));
    await rig.run(31_000);
    expect(rig.core.intake.size).toBe(0);
    device.say(frameOf(CAR, ID.registration, 1, registrationBody(2013)));
    await rig.run();
    expect(rig.core.intake.size).toBe(1);
    expect(rig.core.counters.opened.serial).toBe(2);
    await serial.stop();
    await rig.stop();
  });
});

describe('a receiver on a line', () => {
  test('becomes positions of its terminal, one an interval, and at once where the fix is lost or found', async () => {
    const rig = await rigOf();
    const { serial, device } = await linesOf(rig, MINE);
    for (let second = 0; second < 25; second++) {
      device.say(secondOf(second, second < 12 || second > 13));
      await rig.run(1000);
    }
    const found = locationsOf(rig, TERMINAL);
    expect(found.map(({ time, status }) => [(time - NOON) / 1000, (status & 2) !== 0])).toEqual([
      [0, true],
      [10, true],
      [12, false],
      [14, true],
      [24, true],
    ]);
    expect(found[0]).toMatchObject({ latitude: 23.155163, longitude: 113.50011, speed: 40, direction: 88 });
    expect(found[2]).toMatchObject({ latitude: 23.155163, longitude: 113.50011, speed: 0 });
    expect(rig.core.latest.get(TERMINAL)?.fix?.report.time).toBe(NOON + 24_000);
    expect(frames(rig)).toEqual(['0200#0', '0200#1', '0200#2', '0200#3', '0200#4']);
    await serial.stop();
    await rig.stop();
  });

  test('of nobody leaves nothing in the journal', async () => {
    const rig = await rigOf();
    const { serial, device } = await linesOf(rig, ANY);
    device.say(secondOf(1));
    await rig.run(2000);
    expect(frames(rig)).toEqual([]);
    expect(serial.counters[0]?.units.nmea).toBe(2);
    await serial.stop();
    await rig.stop();
  });
});

describe('a short-message machine on a line', () => {
  const CARDS = '0242407=013900000002,0166166=013912345678';
  const PACKED = 'A038EB807178035C9494005B05';

  test('tells positions of the terminals whose cards sent them, as text and as binary', async () => {
    const rig = await rigOf();
    const { serial, device } = await linesOf(rig, ANY, CARDS);
    device.say(sentence('BDDWR,1,0242407,034936.50,2302.2434,N,11323.6667,E,14,M,-6,M,1,A,V,L'));
    device.say(sentence(`BDTXR,1,0166166,2,,${PACKED}`));
    const content = { octets: Uint8Array.from(Buffer.from(PACKED, 'hex')) };
    device.say(encodeRdssFrame('TXXX', { sender: '0166166', hour: 0, minute: 0, content, crc: 0 }, '0000001'));
    await rig.run();
    expect(locationsOf(rig, '13900000002').at(-1)).toMatchObject({
      latitude: 23.03739,
      longitude: 113.394445,
      altitude: 14,
      alarm: 1,
    });
    const [first, second] = locationsOf(rig, TERMINAL);
    expect(first).toMatchObject({ latitude: 23.155139, longitude: 113.500083, altitude: 45 });
    expect(second).toEqual(first);
    expect(serial.counters[0]?.units).toMatchObject({ rdss: 2, 'rdss-binary': 1 });
    await serial.stop();
    await rig.stop();
  });

  test('passes on what is no position as it came, and quarantines what no terminal has a card for', async () => {
    const rig = await rigOf();
    const { serial, device } = await linesOf(rig, ANY, CARDS);
    device.say(sentence('BDTXR,1,0166166,2,,A468656C6C6F'));
    device.say(sentence('BDTXR,1,0999999,2,,A468656C6C6F'));
    await rig.run();
    expect(frames(rig)).toEqual(['0900#0']);
    expect(rig.quarantined).toEqual(['unknown-card']);
    expect(serial.counters[0]?.unknownCards).toBe(1);
    await serial.stop();
    await rig.stop();
  });
});

describe('a device', () => {
  test('that goes away is waited for; what its terminal had under way ends as a broken link', async () => {
    const rig = await rigOf();
    const { serial, device, told } = await linesOf(rig, ANY);
    device.say(frameOf(CAR, ID.registration, 0, registrationBody(2013)));
    await rig.run();
    expect(rig.core.intake.size).toBe(1);
    device.unplug();
    await rig.run(5000);
    expect(rig.core.intake.size).toBe(0);
    expect(serial.counters[0]).toMatchObject({ up: false, baud: 0 });
    device.plugged = true;
    await rig.run(15_000);
    expect(serial.counters[0]).toMatchObject({ up: true, opened: 2 });
    device.say(frameOf(CAR, ID.registration, 1, registrationBody(2013)));
    await rig.run();
    expect(rig.core.intake.size).toBe(1);
    expect(told.filter((each) => each.startsWith('gone'))).toEqual(['gone unplugged']);
    await serial.stop();
    await rig.stop();
  });

  test('is listened to at one rate after another until it is understood, and again when its rate changes', async () => {
    const rig = await rigOf();
    const { serial, device, told } = await linesOf(rig, MINE);
    device.rate = 9600;
    for (let second = 0; second < 5; second++) {
      device.say(secondOf(second));
      await rig.run(1000);
    }
    expect(serial.counters[0]).toMatchObject({ baud: 9600, rates: 1 });
    device.rate = 38_400;
    for (let second = 5; second < 25; second++) {
      device.say(secondOf(second));
      await rig.run(1000);
    }
    expect(serial.counters[0]?.baud).toBe(38_400);
    expect(told.filter((each) => each.startsWith('rate'))).toEqual(['rate 9600 baud', 'rate 38400 baud']);
    expect(locationsOf(rig, TERMINAL).length).toBeGreaterThan(2);
    await serial.stop();
    await rig.stop();
  });

  test('that is told what to take counts the rest, and takes nothing of it', async () => {
    const rig = await rigOf();
    const { serial, device } = await linesOf(rig, `${ANY}@9600:rdss=${CAR.phone}`);
    device.say(secondOf(1));
    device.say(frameOf(CAR, ID.registration, 0, registrationBody(2013)));
    await rig.run(1000);
    expect(serial.counters[0]).toMatchObject({ unexpected: 3, units: { jt808: 0, nmea: 0 } });
    expect(rig.core.intake.size).toBe(0);
    await serial.stop();
    await rig.stop();
  });
});
