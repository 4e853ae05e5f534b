import { beforeEach, describe, expect, test } from 'vitest';
import { HttpCounters } from '../../../gateway/api/counters.ts';
import { CommandCounters } from '../../../gateway/command/counters.ts';
import { EventCounters } from '../../../gateway/events/counters.ts';
import { IntakeCounters } from '../../../gateway/intake/counters.ts';
import { MediaCounters } from '../../../gateway/media/media-store.ts';
import { Histogram } from '../../../gateway/observe/histogram.ts';
import { createMetrics } from '../../../gateway/observe/metrics.ts';
import { LineCounters } from '../../../gateway/intake/serial/counters.ts';
import { PartsCounters } from '../../../gateway/parts/counters.ts';
import { QUIRKS } from '../../../protocol/index.ts';
import { healthy } from '../api/fake-gateway.ts';

let intake: IntakeCounters;
let parts: PartsCounters;
let media: MediaCounters;
let commands: CommandCounters;
let http: HttpCounters;
let ackLatency: Histogram;
let health = healthy();
let line: LineCounters;
const ways = { time: { utc: 3 } };
const events = { counters: new EventCounters(), openBySeverity: () => ({ 0: 0, 1: 0, 2: 4, 3: 1, 4: 0 }) };

async function page(process = false): Promise<Map<string, number>> {
  const text = await createMetrics({
    ways,
    intake,
    http,
    parts,
    media,
    commands,
    events,
    serial: [line],
    ackLatency,
    health: () => health,
    process,
  })();
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]),
  );
}

beforeEach(() => {
  intake = new IntakeCounters();
  line = new LineCounters('/dev/ttyS0');
  parts = new PartsCounters();
  media = new MediaCounters();
  commands = new CommandCounters();
  http = new HttpCounters();
  ackLatency = new Histogram([0.001, 0.01]);
  health = healthy();
});

describe('the metrics page', () => {
  test('shows each serial line by its device', async () => {
    line.up = true;
    line.baud = 9600;
    line.units.nmea = 12;
    line.shortMessages.sent = 2;
    const metrics = await page();
    expect(metrics.get('xingji_serial_up{port="/dev/ttyS0"}')).toBe(1);
    expect(metrics.get('xingji_serial_baud{port="/dev/ttyS0"}')).toBe(9600);
    expect(metrics.get('xingji_serial_units_total{port="/dev/ttyS0",kind="nmea"}')).toBe(12);
    expect(metrics.get('xingji_serial_short_messages_total{port="/dev/ttyS0",outcome="sent"}')).toBe(2);
  });

  test('shows what was counted, by its labels', async () => {
    intake.packets = 7;
    commands.steps.timedOut = 2;
    commands.repeated = 6;
    intake.faults.checksum = 3;
    intake.unjournalled.JOURNAL_BEHIND = 2;
    intake.opened.udp = 4;
    intake.quirk(1 << QUIRKS['phone-hex'].bit);
    http.answered(404);
    const metrics = await page();
    expect(metrics.get('xingji_commands_total{state="timedOut"}')).toBe(2);
    expect(metrics.get('xingji_commands_repeated_total')).toBe(6);
    expect(metrics.get('xingji_packets_total')).toBe(7);
    expect(metrics.get('xingji_faulty_frames_total{reason="checksum"}')).toBe(3);
    expect(metrics.get('xingji_faulty_frames_total{reason="escape"}')).toBe(0);
    expect(metrics.get('xingji_unjournalled_messages_total{reason="JOURNAL_BEHIND"}')).toBe(2);
    expect(metrics.get('xingji_connections_opened_total{transport="udp"}')).toBe(4);
    expect(metrics.get('xingji_quirks_total{quirk="phone-hex"}')).toBe(1);
    expect(metrics.get('xingji_quirks_total{quirk="length"}')).toBe(0);
    expect(metrics.get('xingji_http_responses_total{class="4xx"}')).toBe(1);
  });

  test('shows a histogram with cumulative buckets', async () => {
    for (const value of [0.0005, 0.005, 0.006, 3]) ackLatency.observe(value);
    const metrics = await page();
    const buckets = ['0.001', '0.01', '+Inf'].map((le) => metrics.get(`xingji_ack_latency_seconds_bucket{le="${le}"}`));
    expect(buckets).toEqual([1, 3, 4]);
    expect(metrics.get('xingji_ack_latency_seconds_count')).toBe(4);
    expect(metrics.get('xingji_ack_latency_seconds_sum')).toBeCloseTo(3.0115);
  });

  test('shows the journal and every outlet as they are when it is asked for', async () => {
    health = healthy({
      journal: {
        head: 12,
        tail: 3,
        writable: false,
        fault: 'disk full',
        pendingBytes: 99,
        diskBytes: 4096,
        dropped: 7,
        lost: 5,
        chainFaults: 0,
      },
    });
    const metrics = await page();
    expect(
      ['writable', 'head', 'records', 'pending_bytes', 'disk_bytes', 'dropped_records_total', 'lost_records_total'].map(
        (name) => metrics.get(`xingji_journal_${name}`),
      ),
    ).toEqual([0, 12, 10, 99, 4096, 7, 5]);
    expect(metrics.get('xingji_outlet_backlog{outlet="mqtt"}')).toBe(3);
    expect(metrics.get('xingji_outlet_drain_seconds{outlet="mqtt"}')).toBe(2);
    expect(metrics.get('xingji_outlet_connected{outlet="mqtt"}')).toBe(1);
    expect(metrics.get('xingji_listener_up{listener="jt808/tcp"}')).toBe(1);
    expect(metrics.get('xingji_terminal_quirks{quirk="time",value="utc"}')).toBe(3);
    expect(metrics.get('xingji_events_open{severity="2"}')).toBe(4);
    expect(metrics.get('xingji_event_steps_total{state="raised"}')).toBe(0);
  });

  test('has figures of the process, and no name against the rules of Prometheus', async () => {
    const text = await createMetrics({
      ways,
      intake,
      http,
      parts,
      media,
      commands,
      events,
      ackLatency,
      health: () => health,
      process: true,
    })();
    expect(text).toContain('process_resident_memory_bytes');
    const types = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => [name ?? '', type] as const);
    expect(types.length).toBeGreaterThan(40);
    for (const [name, type] of types) {
      expect(name).toMatch(/^[a-z][a-z0-9_]*$/);
      expect(name.endsWith('_total'), `${name} is a ${type}`).toBe(type === 'counter');
      expect(text).toContain(`# HELP ${name} `);
    }
  });
});
