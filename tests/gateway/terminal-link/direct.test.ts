import { describe, expect, it } from 'vitest';
import { LinkFault } from '../../../gateway/terminal-link/faults.ts';
import type { LinkEvent } from '../../../gateway/terminal-link/terminal-link.ts';
import { bench, PHONE } from './support.ts';

const TERMINAL = String(PHONE);

function kinds(events: readonly LinkEvent[], kind: LinkEvent['kind']): LinkEvent[] {
  return events.filter((event) => event.kind === kind);
}

function states(events: readonly LinkEvent[]): string[] {
  return events.flatMap((event) => (event.kind === 'state' ? [event.state] : []));
}

describe.each(['serial', 'tcp'] as const)('a terminal reached directly by %s', (way) => {
  it('is let in, and is known by what it says of itself', async () => {
    const { link, events, within, run } = await bench({ way });
    await within(link.ready(60_000));
    await run(5000);
    expect(states(events)).toEqual(['found', 'registered', 'authenticated']);
    expect(link.speaker).toMatchObject({
      terminal: TERMINAL,
      revision: 2019,
      registration: { manufacturerId: 'XJSIM', terminalModel: 'XJ-808E', provinceId: 45 },
    });
  });

  it('answers what it is asked, and its reports are acknowledged', async () => {
    const { link, within, run, trainee } = await bench({ way });
    await within(link.ready(60_000));
    const { name, body } = await within(link.ask('queryTerminalAttributes'));
    expect([name, body['terminalModel']]).toEqual(['queryAttributesResponse', 'XJ-808E']);
    await within(link.ask('setTerminalParameters', { params: { heartbeatInterval: 45 } }));
    const all = await within(link.ask('0x8104'));
    expect(all.body['params']).toMatchObject({ heartbeatInterval: 45 });
    await run(60_000);
    expect(trainee.tally.acknowledged).toBeGreaterThan(1);
    expect(trainee.tally.unacknowledged).toBe(0);
  });
});

describe('a terminal on a cable', () => {
  it('is seen with its receiver, its frames both ways and its items as its maker has them', async () => {
    const { link, events, within, run } = await bench();
    await within(link.ready(60_000));
    await run(90_000);
    const positions = kinds(events, 'position') as (LinkEvent & { kind: 'position' })[];
    expect(positions.at(-1)!.position).toMatchObject({ reading: { caseOpen: false } });
    expect(positions.at(-1)!.position.reading.supplyMv).toBeCloseTo(12_600, -3);
    expect(positions.at(-1)!.position.status).toContain('positioned');
    expect(kinds(events, 'sentence').length).toBeGreaterThan(100);
    const ways = new Set(
      (kinds(events, 'frame') as (LinkEvent & { kind: 'frame' })[]).map(({ direction }) => direction),
    );
    expect([...ways]).toEqual(['up', 'down']);
    expect(kinds(events, 'fault')).toEqual([]);
  });

  it('sends pictures, whose parts are joined and confirmed', async () => {
    const { link, events, within, run } = await bench();
    await within(link.ready(60_000));
    await run(3000);
    const shot = { channelId: 1, command: 1, interval: 0, saveFlag: 'uploadInRealTime', resolution: '320x240' };
    const look = { quality: 5, brightness: 128, contrast: 64, saturation: 64, chroma: 128 };
    const { body } = await within(link.ask('cameraShootNow', { ...shot, ...look }));
    await run(30_000);
    const [medium] = kinds(events, 'medium') as (LinkEvent & { kind: 'medium' })[];
    expect(medium!.medium).toMatchObject({ type: 'image', format: 'jpeg', channelId: 1 });
    expect(body['multimediaIds']).toEqual([medium!.medium.multimediaId]);
    expect([...medium!.medium.octets.subarray(0, 2)]).toEqual([0xff, 0xd8]);
  });

  it('that says no is quoted, and what no terminal is asked is not sent', async () => {
    const { link, within } = await bench();
    await within(link.ready(60_000));
    await expect(within(link.ask('setTerminalParameters', { params: { heartbeatInterval: 0 } }))).rejects.toMatchObject(
      {
        code: 'refused',
        result: 'failure',
      },
    );
    await expect(link.ask('locationReport')).rejects.toMatchObject({ code: 'unsendable' });
    await expect(link.ask('setTerminalParameters', { params: { heartbeat: 1 } })).rejects.toThrow(/heartbeat/);
  });

  it('that falls silent is told from one that is not there', async () => {
    const { link, within, trainee } = await bench();
    await within(link.ready(60_000));
    trainee.stop();
    await expect(within(link.ask('locationQuery', {}, { timeoutMs: 1000 }))).rejects.toMatchObject({
      code: 'no-answer',
    });
    const nobody = await bench({ terminal: '13900000000' });
    const fault: unknown = await nobody.within(nobody.link.ready(5000)).catch((error: unknown) => error);
    expect(fault).toBeInstanceOf(LinkFault);
    expect(fault).toMatchObject({ code: 'no-terminal' });
    await expect(nobody.link.ask('locationQuery')).rejects.toMatchObject({ code: 'gone' });
  });

  it('is waited for when the device vanishes, and is there again with it', async () => {
    const { link, events, within, run, unplug } = await bench();
    await within(link.ready(60_000));
    const asked = link.ask('queryTerminalAttributes');
    unplug();
    await expect(asked).rejects.toMatchObject({ code: 'gone' });
    expect(link.speaker).toBeUndefined();
    await run(60_000);
    expect(link.speaker?.terminal).toBe(TERMINAL);
    expect(states(events)).toContain('lost');
    expect(states(events).filter((state) => state === 'open')).toHaveLength(1);
  });
});
