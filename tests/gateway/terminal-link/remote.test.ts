import { describe, expect, it } from 'vitest';
import { type GatewayApi, openRemote } from '../../../gateway/terminal-link/remote.ts';
import type { LinkEvent } from '../../../gateway/terminal-link/terminal-link.ts';
import { VirtualClock } from '../../../protocol/index.ts';

const TERMINAL = '13912345678';

/** A gateway that answers from a script: states that a command goes through, one a look. */
function gateway(over: { online?: boolean; steps?: readonly object[] } = {}) {
  const clock = new VirtualClock();
  const asked: [string, unknown][] = [];
  const steps = [...(over.steps ?? [])];
  let tell: ((kind: string, payload: unknown) => void) | undefined;
  const api: GatewayApi = {
    url: 'http://gateway',
    async ask(path, json) {
      asked.push([path, json]);
      if (path.includes('command')) return { id: 'c-1', state: 'sent', ...steps.shift() };
      return { phone: `0${TERMINAL}`, revision: 2019, online: over.online ?? true };
    },
    octets: async () => Uint8Array.of(0xff, 0xd8),
    follow: (_path, signal, told) =>
      new Promise((resolve) => {
        tell = told;
        signal.addEventListener('abort', () => resolve());
      }),
  };
  const run = async (ms: number): Promise<void> => {
    for (let done = 0; done < ms; done += 50) {
      clock.advance(50);
      for (let i = 0; i < 10; i++) await Promise.resolve();
    }
  };
  return { clock, api, asked, run, tell: (kind: string, payload: unknown) => tell?.(kind, payload) };
}

describe('a terminal by way of a gateway', () => {
  it('is asked by a command, and the answer is what the command ended with', async () => {
    const { clock, api, asked, run } = gateway({
      steps: [{}, { state: 'acknowledged' }, { state: 'done', result: { params: { heartbeatInterval: 30 } } }],
    });
    const link = await openRemote({ terminal: `0${TERMINAL}` }, { clock, api });
    expect(await link.ready(0)).toEqual({ terminal: TERMINAL, phone: `0${TERMINAL}`, revision: 2019 });
    const answer = link.ask('queryTerminalParameters');
    await run(1000);
    expect((await answer).body['params']).toEqual({ heartbeatInterval: 30 });
    expect(asked.find(([path]) => path.endsWith('/commands'))![1]).toMatchObject({ type: 'queryTerminalParameters' });
    await link.close();
  });

  it('that refuses, or is silent, is told as on a cable', async () => {
    const refused = gateway({
      steps: [{ state: 'failed', reason: 'The terminal said no.', result: { result: 'failure' } }],
    });
    const link = await openRemote({ terminal: TERMINAL }, refused);
    await expect(link.ask('locationQuery')).rejects.toMatchObject({ code: 'refused', result: 'failure' });
    const silent = gateway();
    const other = await openRemote({ terminal: TERMINAL }, silent);
    const asked = other.ask('locationQuery', {}, { timeoutMs: 1000, answerMs: 1000 });
    const outcome = asked.catch((error: unknown) => error);
    await silent.run(10_000);
    expect(await outcome).toMatchObject({ code: 'no-answer' });
    await expect(other.inject(Uint8Array.of(1))).rejects.toMatchObject({ code: 'unsendable' });
  });

  it('is watched through its stream, stored positions left out', async () => {
    const { clock, api, tell } = gateway();
    const link = await openRemote({ terminal: TERMINAL }, { clock, api });
    const events: LinkEvent[] = [];
    link.watch((event) => events.push(event));
    tell('position', { latitude: 1, backfill: true, alarm: [] });
    tell('position', { latitude: 2, backfill: false, alarm: ['mainPowerOff'], items: {} });
    expect(events.map(({ kind }) => kind)).toEqual(['told', 'told', 'position']);
    expect(events[2]).toMatchObject({ position: { latitude: 2, alarm: ['mainPowerOff'] } });
    await link.close();
  });

  it('is read by its maker once it has said who that is', async () => {
    const answers = [
      { manufacturerId: 'XJSIM', terminalModel: 'XJ-808E' },
      { location: { latitude: 3, alarm: [], items: { unknown: [{ id: '0xE8', hex: '3138' }] } } },
    ];
    const { clock, api, run } = gateway({ steps: answers.map((result) => ({ state: 'done', result })) });
    const link = await openRemote({ terminal: TERMINAL }, { clock, api });
    const events: LinkEvent[] = [];
    link.watch((event) => events.push(event));
    for (const type of ['queryTerminalAttributes', 'locationQuery']) {
      const asked = link.ask(type);
      await run(500);
      await asked;
    }
    expect(events).toMatchObject([{ kind: 'position', position: { latitude: 3, reading: { supplyMv: 12_600 } } }]);
  });

  it('that is not online is waited for, for a while', async () => {
    const { clock, api, run } = gateway({ online: false });
    const link = await openRemote({ terminal: TERMINAL }, { clock, api });
    const waiting = link.ready(2000).catch((error: unknown) => error);
    await run(3000);
    expect(await waiting).toMatchObject({ code: 'no-terminal' });
  });

  it('sends pictures with the answer', async () => {
    const media = [{ multimediaId: 7, path: `media/${TERMINAL}/2026-03-01/7.jpeg` }];
    const { clock, api, run } = gateway({ steps: [{ state: 'done', result: { multimediaIds: [7], media } }] });
    const link = await openRemote({ terminal: TERMINAL }, { clock, api });
    const events: LinkEvent[] = [];
    link.watch((event) => events.push(event));
    const answer = link.ask('cameraShootNow', {});
    await run(500);
    await answer;
    expect(events).toMatchObject([{ kind: 'medium', medium: { multimediaId: 7, format: 'jpeg' } }]);
  });
});
