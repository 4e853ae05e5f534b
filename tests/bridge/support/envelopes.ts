/** Envelopes as the gateway makes them. */
import type { Envelope, Event, Position, RawPosition } from '../../../bridge/index.ts';

type PositionEnvelope = Extract<Envelope, { kind: 'position' }>;

const TIME_MS = Date.parse('2026-11-21T10:30:06+08:00');

/** The numbers of a payload, but for what it says in words. */
export function rawOf(
  { terminal, latitude, longitude, altitude, speed, direction, items, fix, backfill }: Position,
  words: Pick<RawPosition, 'alarm' | 'status' | 'timeMs' | 'receivedMs'>,
): RawPosition {
  const { mileage, fuel, rssi, satellites } = items as unknown as RawPosition;
  const numbers = { latitude, longitude, altitude, speed, direction, mileage, fuel, rssi, satellites };
  return { terminal, ...words, ...numbers, fix: fix === 'gnss', backfill };
}

/** The `n`th position of a terminal, a second after the one before. */
export function position(n: number, over: Partial<Position> = {}, division = '530102'): PositionEnvelope {
  const timeMs = TIME_MS + n * 1000;
  const payload: Position = {
    id: `13912345678-${n}`,
    terminal: '13912345678',
    vehicle: '云A12345',
    time: new Date(timeMs).toISOString(),
    receivedAt: new Date(timeMs + 250).toISOString(),
    seq: n,
    latitude: (25_040_000 + n * 10) / 1e6,
    longitude: (102_710_000 - n * 10) / 1e6,
    altitude: 1891,
    speed: 91.8,
    direction: 359,
    alarm: ['mainPowerOff'],
    status: ['acc', 'positioned'],
    items: { mileage: 271_013.7, fuel: 33.2, rssi: 26, satellites: 5 },
    fix: 'gnss',
    backfill: false,
    revision: 2013,
    ...over,
  };
  const raw = rawOf(payload, { alarm: 256, status: 3, timeMs, receivedMs: timeMs + 250 });
  return { kind: 'position', division, payload, raw };
}

/** A terminal's state with its `n`th position in it. */
export function state(n: number, terminal = '13912345678'): Envelope {
  const { payload } = position(n, { terminal });
  const { vehicle, time, receivedAt, seq } = payload;
  const health = { lastHeardAt: receivedAt, alarms: [] };
  const standing = { online: true, since: receivedAt, position: payload, health, openEvents: [] };
  return {
    kind: 'state',
    division: '530102',
    payload: { id: `${terminal}-state-${n}`, terminal, vehicle, time, receivedAt, seq, ...standing },
  };
}

export function event(over: Partial<Event> = {}): Extract<Envelope, { kind: 'event' }> {
  const { payload } = position(1);
  const { terminal, vehicle, time, receivedAt, seq } = payload;
  return {
    kind: 'event',
    division: '530102',
    payload: {
      id: 'edge-1-17',
      terminal,
      vehicle,
      time,
      receivedAt,
      seq,
      code: 'mainPowerOff',
      state: 'raised',
      severity: 2,
      text: { 'zh-CN': '主电源掉电', en: 'main power off' },
      ...over,
    },
  };
}
