/** The number of workers changes between two starts: terminals, and what is open of them, go to other owners. */
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { ownerOf } from '../../gateway/workers/owner.ts';
import { partitionFolders } from '../../gateway/workers/partitions.ts';
import { formatTime, terminalOf } from '../../protocol/index.ts';
import { type GatewayProcess, gatewayProcess, runXingji, temporaryFolder } from '../support/gateway.ts';
import { positionsIn } from '../support/journals.ts';
import { report, WireTerminal } from '../support/wire-terminal.ts';
import { api, PHONES, TERMINALS, WORKERS } from '../support/workers.ts';

describe('another number of workers at the next start', () => {
  const folder = temporaryFolder();
  const data = join(folder.path, 'data');
  const codes = new Map<string, string>();
  afterAll(() => folder.remove());

  const eventsOf = (gateway: GatewayProcess): Promise<{ readonly items: readonly Event[] }> =>
    api(gateway, '/api/v1/events?code=A0');
  interface Evidence {
    readonly frames: readonly { readonly terminal: string; readonly worker?: number; readonly message?: object }[];
  }
  interface Event {
    readonly id: string;
    readonly terminal: string;
    readonly state: string;
  }

  /** What was told of an event that changed hands is proved by the chain of either worker. */
  async function expectProof(event: string): Promise<void> {
    const bundle = join(folder.path, 'case.json');
    const exported = await runXingji(['evidence', 'export', '--data', data, '--event', event, '-o', bundle]);
    expect(exported.code, exported.stderr).toBe(0);
    for (const [file, frames] of [
      [bundle, 0],
      [`${bundle}.0`, 1],
    ] as const) {
      expect(exported.stdout).toContain(`${file}: event ${event}`);
      expect((await runXingji(['evidence', 'verify', file])).stdout).toMatch(
        new RegExp(`^genuine: .*, ${frames} frames`),
      );
    }
    const told = await runXingji(['explain-event', event, '--data', data, '--json']);
    expect((JSON.parse(told.stdout) as Evidence).frames).toMatchObject([{ worker: 0 }]);
  }

  it('finds every terminal, every open event and every command where they were', async () => {
    const raised = new Map<string, string>();
    const sent = new Map<string, string[]>();
    for (const [round, workers] of [1, 2, 1].entries()) {
      const gateway = await gatewayProcess(data, ['--workers', String(workers)]);
      const cars: WireTerminal[] = [];
      for (const phone of PHONES) {
        const car = await new WireTerminal({ phone }).connect(gateway.ready.jt808);
        cars.push(car);
        const code = codes.get(phone);
        if (code === undefined) codes.set(phone, await car.registerAndAuthenticate());
        else expect(await car.authenticate(code)).toBe('success');
        // An emergency begins in the first round, goes on in the second, and somebody ends it in the third.
        const alarm = round === 2 ? 0 : 1;
        const time = Math.floor(Date.now() / 1000) * 1000;
        expect(await car.acknowledged(car.send('locationReport', report(0, { alarm, time })))).toBe('success');
        sent.set(car.phone, [...(sent.get(car.phone) ?? []), formatTime(time)]);
        if (round > 0) await car.answer(({ body }) => body?.['text'] === `第${round}轮`, 'what waited for it');
      }
      const end = { method: 'POST', body: '{"reason":"a drill"}' };
      if (round === 2) for (const id of raised.values()) await api(gateway, `/api/v1/events/${id}/close`, end);
      await vi.waitFor(
        async () => {
          const { items } = await eventsOf(gateway);
          expect(items.map(({ terminal }) => terminal).sort()).toEqual(TERMINALS);
          for (const { id, terminal, state } of items) {
            if (round === 0) raised.set(terminal, id);
            expect([id, state]).toEqual([raised.get(terminal), round === 2 ? 'closed' : 'raised']);
          }
        },
        { timeout: 15_000, interval: 100 },
      );
      // The frame that an alarm began with is in the folder that had its terminal then, whoever has it now.
      for (const id of raised.values()) {
        const { frames } = await api<Evidence>(gateway, `/api/v1/events/${id}/evidence`);
        const [first] = frames;
        expect(first!.message).toMatchObject({ ok: true, name: 'locationReport' });
        const moved = round === 1 && ownerOf(first!.terminal, WORKERS) === 1;
        expect(first!.worker).toBe(moved ? 0 : undefined);
      }
      if (round === 1) {
        const terminal = TERMINALS.find((one) => ownerOf(one, WORKERS) === 1);
        const path = `/api/v1/events/${raised.get(terminal!)}`;
        await api(gateway, `${path}/acknowledge`, { method: 'POST', body: '{"note":"seen"}' });
        expect(await api(gateway, path)).toMatchObject({ terminal, acknowledgedBy: expect.any(String) as string });
      }
      for (const car of cars) car.destroy();
      await vi.waitFor(async () => expect(await api(gateway, '/api/v1/health')).toMatchObject({ online: 0 }));
      const order = { type: 'textMessage', body: { flag: ['display'], text: `第${round + 1}轮` } };
      for (const terminal of round === 2 ? [] : TERMINALS) {
        await api(gateway, `/api/v1/terminals/${terminal}/commands`, { method: 'POST', body: JSON.stringify(order) });
      }
      const { items } = await api<{ items: { terminal: string }[] }>(gateway, '/api/v1/terminals');
      expect(items.map(({ terminal }) => terminal)).toEqual(TERMINALS);
      gateway.child.kill('SIGTERM');
      expect(await gateway.ended).toBe(0);
      if (round === 1) await expectProof(raised.get(TERMINALS.find((one) => ownerOf(one, WORKERS) === 1)!)!);
    }
    const all = partitionFolders(data).map(positionsIn);
    expect(all.length).toBe(2);
    for (const phone of PHONES) {
      const times = all.flatMap((one) => one.get(terminalOf(phone)) ?? []);
      expect(times.sort()).toEqual(sent.get(phone));
    }
    const verify = await runXingji(['verify', '--data', data]);
    expect(verify.code, verify.stdout).toBe(0);
    const check = await runXingji(['evidence', 'check', '--data', data]);
    expect(check.code, check.stdout).toBe(0);
  }, 240_000);
});
