import { describe, expect, it } from 'vitest';
import { authenticationBody, bodyOf, ID, location, terminalAckBody } from '../../support/terminal-frames.ts';
import { CAR, driving } from '../intake/support.ts';
import { pixels, shotFrames } from '../parts/support.ts';
import type { Rig, Terminal } from '../support/rig.ts';
import { acknowledge, asked, HOUR, lastSerial, MINUTE, order, states, submit } from './support.ts';

const SHOOT = 0x8801;
const SEARCH = 0x8803;
const ITEM = 0x8805;
const SHOT_RESPONSE = 0x0805;

const camera = {
  resolution: '640x480',
  quality: 5,
  brightness: 100,
  contrast: 60,
  saturation: 60,
  chroma: 100,
} as const;
const shoot = (count: number, over: object = {}) => ({
  channelId: 1,
  command: count,
  interval: 0,
  saveFlag: 'uploadInRealTime',
  ...camera,
  ...over,
});

/** Heartbeats every minute, so that the link stays. */
async function wait(rig: Rig, car: Terminal, ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= MINUTE) {
    car.say(ID.heartbeat);
    await rig.run(Math.min(left, MINUTE));
  }
}

async function send(rig: Rig, car: Terminal, multimediaId: number): Promise<void> {
  for (const frame of shotFrames(CAR, car.serial, { multimediaId, data: pixels(multimediaId, 900) }))
    car.link.write(frame);
  car.serial += 10;
  await rig.run();
}

async function again(rig: Rig, code: string): Promise<Terminal> {
  const car = rig.dial(CAR);
  car.say(ID.authentication, authenticationBody(2013, code));
  await rig.run();
  return car;
}

const mediaOf = (rig: Rig, id: string): number[] => {
  const { media = [] } = rig.core.commands.get(id)!.result as { readonly media?: { readonly multimediaId: number }[] };
  return media.map(({ multimediaId }) => multimediaId);
};

describe('a command that the terminal says it has', () => {
  it('is not sent again while its specific answer takes its time, and done when that comes', async () => {
    const { rig, car } = await driving();
    await submit(rig, order('q', 'locationQuery'));
    const serial = lastSerial(car);
    acknowledge(car, ID.locationQuery);
    await wait(rig, car, 4 * MINUTE);
    expect([asked(car).length, states(rig, 'q').at(-1)]).toEqual([1, 'acknowledged']);
    car.say(ID.locationResponse, bodyOf('locationQueryResponse', 2013, { replySerial: serial, location: location() }));
    await rig.run();
    expect(states(rig, 'q')).toEqual(['accepted', 'sent', 'acknowledged', 'done']);
  });

  it('times out when its answer does not come within five minutes', async () => {
    const { rig, car } = await driving();
    await submit(rig, order('q', 'locationQuery'));
    acknowledge(car, ID.locationQuery);
    await wait(rig, car, 5 * MINUTE + 1000);
    expect(states(rig, 'q')).toEqual(['accepted', 'sent', 'acknowledged', 'timedOut']);
    expect(asked(car).length).toBe(1);
  });

  it.each(['a lost link', 'a restart'])('is awaited over %s, and not sent again', async (what) => {
    const { rig, car } = await driving();
    await submit(rig, order('q', 'locationQuery'));
    const serial = lastSerial(car);
    acknowledge(car, ID.locationQuery);
    await rig.run();
    if (what === 'a restart') {
      rig.kill();
      await rig.start();
    } else car.link.close('reset');
    await rig.run(MINUTE);
    const back = await again(rig, car.code);
    expect(asked(back)).toEqual([]);
    back.say(ID.locationResponse, bodyOf('locationQueryResponse', 2013, { replySerial: serial, location: location() }));
    await rig.run();
    expect(states(rig, 'q')).toEqual(['accepted', 'sent', 'acknowledged', 'done']);
    expect(rig.clock.pending).toBeGreaterThan(0);
  });

  it('may be refused after all', async () => {
    const { rig, car } = await driving();
    await submit(rig, order('q', 'locationQuery'));
    const serial = lastSerial(car);
    acknowledge(car, ID.locationQuery);
    car.say(ID.terminalAck, terminalAckBody(serial, ID.locationQuery, 'notSupported'));
    await rig.run();
    expect(states(rig, 'q').at(-1)).toBe('failed');
  });
});

describe('a command in parts', () => {
  const long = { flag: ['tts'], text: '长'.repeat(1500) };

  it('of which each part is answered is done with the last, and failed by any', async () => {
    const { rig, car } = await driving();
    await submit(rig, order('c', 'textMessage', long));
    expect(asked(car)).toEqual(['8300#2', '8300#3', '8300#4']);
    acknowledge(car, ID.text, 2);
    acknowledge(car, ID.text, 3);
    await rig.run();
    expect(states(rig, 'c')).toEqual(['accepted', 'sent', 'acknowledged']);
    acknowledge(car, ID.text, 4);
    await rig.run();
    expect(states(rig, 'c').at(-1)).toBe('done');
    await submit(rig, order('d', 'textMessage', long));
    acknowledge(car, ID.text, 5);
    car.say(ID.terminalAck, terminalAckBody(6, ID.text, 'messageMalformed'));
    await rig.run();
    expect(states(rig, 'd').at(-1)).toBe('failed');
  });

  it('that is answered by the serial of its first part is done when no more comes', async () => {
    const { rig, car } = await driving();
    await submit(rig, order('c', 'textMessage', long));
    acknowledge(car, ID.text, 2);
    await rig.run(9000);
    expect(states(rig, 'c').at(-1)).toBe('acknowledged');
    await rig.run(2000);
    expect(states(rig, 'c').at(-1)).toBe('done');
    expect(asked(car).length).toBe(3);
  });
});

describe('pictures that are taken on command', () => {
  const response = (replySerial: number, ids: number[]) =>
    bodyOf('cameraShotResponse', 2013, { replySerial, result: 'success', multimediaIds: ids });

  it('end it when all that the terminal named are on disk, with where they are', async () => {
    const { rig, car } = await driving();
    await submit(rig, order('p', 'cameraShootNow', shoot(2)));
    const serial = lastSerial(car);
    acknowledge(car, SHOOT);
    car.say(SHOT_RESPONSE, response(serial, [7, 8]));
    await send(rig, car, 8);
    expect(states(rig, 'p').at(-1)).toBe('acknowledged');
    // One that nobody named.
    await send(rig, car, 9);
    expect(states(rig, 'p').at(-1)).toBe('acknowledged');
    await wait(rig, car, 10 * MINUTE);
    await send(rig, car, 7);
    expect(states(rig, 'p').at(-1)).toBe('done');
    expect(mediaOf(rig, 'p')).toEqual([8, 9, 7]);
    expect(rig.core.commands.get('p')?.result).toMatchObject({
      multimediaIds: [7, 8],
      media: [{ multimediaId: 8, path: expect.stringMatching(/^media\/13912345678\//) as string, size: 900 }, {}, {}],
    });
    expect(asked(car).filter((one) => one.startsWith('8801')).length).toBe(1);
  });

  it('are known by the ids that the terminal named, whatever event it gives them', async () => {
    const { rig, car } = await driving();
    await submit(rig, order('p', 'cameraShootNow', shoot(1, { channelId: 3 })));
    car.say(SHOT_RESPONSE, response(lastSerial(car), [7]));
    await rig.run();
    // Of channel 1.
    await send(rig, car, 8);
    expect(states(rig, 'p').at(-1)).toBe('acknowledged');
    await send(rig, car, 7);
    expect([states(rig, 'p').at(-1), mediaOf(rig, 'p')]).toEqual(['done', [7]]);
  });

  it('end it by their number where the terminal names none', async () => {
    const { rig, car } = await driving();
    await submit(rig, order('p', 'cameraShootNow', shoot(2)));
    // Not even that it has the command does it say.
    await send(rig, car, 1);
    expect(states(rig, 'p')).toEqual(['accepted', 'sent', 'acknowledged']);
    await send(rig, car, 2);
    expect(states(rig, 'p').at(-1)).toBe('done');
  });

  it('that stay with the terminal are done with its answer', async () => {
    const { rig, car } = await driving();
    await submit(rig, order('p', 'cameraShootNow', shoot(1, { saveFlag: 'store' })));
    car.say(SHOT_RESPONSE, response(lastSerial(car), [7]));
    await rig.run();
    expect(states(rig, 'p')).toEqual(['accepted', 'sent', 'done']);
  });

  it('that cannot be taken fail it', async () => {
    const { rig, car } = await driving();
    await submit(rig, order('p', 'cameraShootNow', shoot(1)));
    const refused = { replySerial: lastSerial(car), result: 'channelNotSupported' } as const;
    car.say(SHOT_RESPONSE, bodyOf('cameraShotResponse', 2013, refused));
    await rig.run();
    expect(rig.core.commands.get('p')).toMatchObject({ state: 'failed', code: 'TERMINAL_REFUSED' });
  });

  it('that never come time it out, with those that came', async () => {
    const { rig, car } = await driving();
    await submit(rig, order('p', 'cameraShootNow', shoot(2)));
    acknowledge(car, SHOOT);
    await send(rig, car, 1);
    await wait(rig, car, 31 * MINUTE);
    expect(states(rig, 'p').at(-1)).toBe('timedOut');
    expect(mediaOf(rig, 'p')).toEqual([1]);
  });

  it('and were filed as the gateway was killed end it at the next start', async () => {
    const { rig, car } = await driving();
    await submit(rig, order('p', 'cameraShootNow', shoot(1)));
    acknowledge(car, SHOOT);
    await rig.run();
    rig.core.mailbox.stop();
    rig.core.mailbox.filed = () => {};
    await send(rig, car, 1);
    expect(states(rig, 'p').at(-1)).toBe('acknowledged');
    rig.kill();
    await rig.start();
    await rig.run();
    expect(states(rig, 'p').at(-1)).toBe('done');
  });
});

describe('pictures that the terminal has', () => {
  it('end a command that asks for one, also where the file was here before', async () => {
    const { rig, car } = await driving();
    await send(rig, car, 5);
    await submit(rig, order('i', 'uploadOneStoredMultimediaItem', { multimediaId: 5, deleteFlag: 'keep' }));
    acknowledge(car, ITEM);
    await send(rig, car, 6);
    expect(states(rig, 'i').at(-1)).toBe('acknowledged');
    await send(rig, car, 5);
    expect(states(rig, 'i').at(-1)).toBe('done');
    expect(mediaOf(rig, 'i')).toEqual([5]);
  });

  it('that a search finds end it when no more come for two minutes', async () => {
    const { rig, car } = await driving();
    const wanted = { type: 'image', channelId: 0, event: 'platformCommand', deleteFlag: 'keep' } as const;
    await submit(rig, order('s', 'uploadStoredMultimedia', { ...wanted, startTime: null, endTime: null }));
    acknowledge(car, SEARCH);
    await wait(rig, car, 5 * MINUTE);
    await send(rig, car, 1);
    await wait(rig, car, MINUTE);
    await send(rig, car, 2);
    await wait(rig, car, MINUTE);
    expect(states(rig, 's').at(-1)).toBe('acknowledged');
    await wait(rig, car, 2 * MINUTE);
    expect(states(rig, 's').at(-1)).toBe('done');
    expect(mediaOf(rig, 's')).toEqual([1, 2]);
  });
});

describe('questions whose answers name no serial', () => {
  it('are asked one at a time, and others meanwhile', async () => {
    const { rig, car } = await driving();
    const attributes = (over: object) => bodyOf('queryAttributesResponse', 2013, { ...ATTRIBUTES, ...over });
    await submit(rig, order('a', 'queryTerminalAttributes'));
    await submit(rig, order('b', 'queryTerminalAttributes'));
    await submit(rig, order('t', 'textMessage', { flag: [], text: 'x' }));
    expect(asked(car)).toEqual(['8107#2', '8300#3']);
    car.say(0x0107, attributes({}));
    await rig.run();
    expect(states(rig, 'a').at(-1)).toBe('done');
    expect(asked(car).slice(2)).toEqual(['8107#5']);
    car.say(0x0107, attributes({}));
    await rig.run();
    expect(states(rig, 'b').at(-1)).toBe('done');
  });
});

const ATTRIBUTES = {
  terminalType: 0,
  manufacturerId: 'XJING',
  terminalModel: 'XJ-1',
  terminalId: 'T000001',
  iccid: '89860000000000000001',
  hardwareVersion: '1',
  firmwareVersion: '1',
  gnssAttributes: 0,
  commAttributes: 0,
} as const;

describe('what waits for a terminal', () => {
  it('goes to it by priority first, then in its order', async () => {
    const { rig, car } = await driving();
    car.link.close('local');
    await rig.run();
    const text = (id: string, over: object = {}) => order(id, 'textMessage', { flag: [], text: id }, over);
    await submit(rig, text('l', { priority: 'low' }));
    await submit(rig, text('n1'));
    await submit(rig, text('u', { priority: 'urgent' }));
    await submit(rig, text('n2', { priority: 'normal' }));
    const back = await again(rig, car.code);
    const texts = back.answers.filter(({ header }) => header.id === ID.text);
    expect(texts.map(({ body }) => (body as { text: string }).text)).toEqual(['u', 'n1', 'n2', 'l']);
    await rig.run(HOUR / 60);
  });
});
