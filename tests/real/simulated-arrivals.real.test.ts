/** What `xingji simulate --mqtt --influx` says of real servers: every acknowledged report arrived, or how many did not. */
import { describe, expect, it } from 'vitest';
import type { Summary } from '../../simulator/index.ts';
import { gatewayProcess, runXingji, temporaryFolder } from '../support/gateway.ts';
import { influxd, missing, mosquitto, victoriaMetrics } from './support/servers.ts';

const PACE = ['--terminals=30', '--per-process=20', '--interval=500ms', '--duration=4s', '--ramp=100/s', '--json'];
const MADE = 30 * 8;

async function simulated(jt808: string, watch: readonly string[]): Promise<{ code: number | null; summary: Summary }> {
  const { code, stdout } = await runXingji(['simulate', `--target=tcp://${jt808}`, ...PACE, ...watch]);
  return { code, summary: JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as Summary };
}

describe.skipIf(missing('mosquitto') || missing('victoria-metrics'))('with mosquitto and VictoriaMetrics', () => {
  it('a fleet of two processes is found whole in both', async () => {
    const folder = temporaryFolder();
    const [broker, store] = await Promise.all([mosquitto(), victoriaMetrics()]);
    const [mqtt, influx] = [`mqtt://127.0.0.1:${broker.port}`, `http://127.0.0.1:${store.port}`];
    const gateway = await gatewayProcess(folder.path, ['--mqtt-url', mqtt, '--influx-url', influx]);
    const watch = [`--mqtt=${mqtt}`, `--influx=${influx}/`, '--settle=30s'];
    const { code, summary } = await simulated(gateway.ready.jt808, watch);
    expect(
      summary.arrivals.map(({ missing: lost }) => lost),
      JSON.stringify(summary),
    ).toEqual([0, 0]);
    expect(summary).toMatchObject({ made: MADE, acknowledged: MADE, ok: true });
    // Of two reports in a second one is looked for.
    for (const { arrived, missing: lost } of summary.arrivals) {
      expect(lost).toBe(0);
      expect(arrived).toBeGreaterThanOrEqual(MADE / 2);
    }
    expect([code, summary.arrivals.length]).toEqual([0, 2]);
    gateway.child.kill('SIGTERM');
    expect(await gateway.ended).toBe(0);
    await Promise.all([broker.remove(), store.remove()]);
    folder.remove();
  }, 120_000);

  it('a run fails when what was acknowledged does not come out there', async () => {
    const folder = temporaryFolder();
    const broker = await mosquitto();
    // It delivers to a broker of its own: at this one nothing arrives.
    const gateway = await gatewayProcess(folder.path, []);
    const { code, summary } = await simulated(gateway.ready.jt808, [
      `--mqtt=mqtt://127.0.0.1:${broker.port}`,
      '--settle=3s',
    ]);
    expect(code).toBe(1);
    expect(summary).toMatchObject({ acknowledged: MADE, unacknowledged: 0, ok: false });
    expect(summary.arrivals[0]).toMatchObject({ at: `mqtt://127.0.0.1:${broker.port}`, arrived: 0 });
    expect(summary.arrivals[0]?.missing).toBeGreaterThanOrEqual(MADE / 2);
    gateway.child.kill('SIGTERM');
    await gateway.ended;
    await broker.remove();
    folder.remove();
  }, 120_000);
});

describe.skipIf(missing('influxd'))('with InfluxDB 1', () => {
  it('a fleet is found whole in the database that the URL names', async () => {
    const folder = temporaryFolder();
    const store = await influxd();
    const url = `http://127.0.0.1:${store.port}`;
    await fetch(`${url}/query`, { method: 'POST', body: new URLSearchParams({ q: 'create database fleet' }) });
    const to = ['--influx-url', url, '--influx-api', 'v1', '--influx-bucket', 'fleet'];
    const gateway = await gatewayProcess(folder.path, to);
    const { code, summary } = await simulated(gateway.ready.jt808, [`--influx=${url}/?db=fleet`, '--settle=30s']);
    expect(summary.arrivals).toMatchObject([{ missing: 0 }]);
    expect([code, summary.ok]).toEqual([0, true]);
    gateway.child.kill('SIGTERM');
    expect(await gateway.ended).toBe(0);
    await store.remove();
    folder.remove();
  }, 120_000);
});
