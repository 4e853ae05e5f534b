/**
 * Fleets and the gateway on one virtual clock: links that lose, mangle and break, a disk that refuses, a broker that is
 * away, a process that is killed. Whatever happens, nothing that a terminal was told we have is missing, and nothing is
 * there twice. The table of what happened is a snapshot: same seed, same octets, same figures.
 */
import { describe, expect, it } from 'vitest';
import { DeliveryError, type Envelope, type Outlet, positionId } from '../../bridge/index.ts';
import { createProject } from '../../gateway/deliver/project.ts';
import { createPump, type Pump } from '../../gateway/journal/pump.ts';
import {
  BatchCursor,
  formatHex,
  type MemoryLink,
  memoryLink,
  newHeader,
  QuirkSet,
  readHeader,
  seededRandom,
  terminalOf,
} from '../../protocol/index.ts';
import {
  type AcknowledgedReports,
  type CallSink,
  type Dialer,
  FACTORY_SETTINGS,
  type Faults,
  Fleet,
  FIRST_PHONE,
  NO_FAULTS,
} from '../../simulator/index.ts';
import { Rig, recordsOf } from '../gateway/support/rig.ts';
import { ID } from '../support/terminal-frames.ts';

const SECOND = 1000;
const MINUTE = 60_000;
const TERMINALS = 10;
const REPORT_MS = 5 * SECOND;
const DURATION_MS = 2 * MINUTE;
/** Beyond this a run that has not come to rest never will. */
const PATIENCE_MS = 6 * 60 * MINUTE;

const LOSS = { 'no loss': {}, 'loss 2 %': { loss: 0.02 }, 'loss 10 %': { loss: 0.1 } } as const;
const ORDER = {
  'in order': {},
  'reordered, doubled': { reorder: 0.1, duplicate: 0.1, delay: 80 },
  'cut, joined, flipped': { split: 0.3, join: 0.2, flip: 0.02 },
} as const;
const BREAKS = { 'links hold': {}, 'links break': { reset: 0.02, halfOpen: 0.005 } } as const;
const TROUBLES = ['none', 'disk full', 'killed'] as const;

type Trouble = (typeof TROUBLES)[number];

/** A report as the terminal has it: `terminal` and the octets of the body. */
type Report = string;
const reportOf = (terminal: string, body: Uint8Array): Report => `${terminal} ${formatHex(body)}`;

interface Settled {
  readonly fleet: Fleet;
  readonly rig: Rig;
  /** Reports that terminals were told are stored. */
  readonly told: Map<Report, { terminal: string; body: Uint8Array }>;
  /** What the outlet has, in the order in which it came. */
  readonly delivered: readonly Envelope[];
  readonly over: boolean;
}

class World implements Dialer {
  readonly target = 'memory:gateway';
  readonly rig = new Rig();
  readonly told = new Map<Report, { terminal: string; body: Uint8Array }>();
  readonly delivered: Envelope[] = [];
  readonly #links = new Set<MemoryLink>();
  readonly #datagram: boolean;
  #up = false;
  #pump: Pump | undefined;
  brokerAway = false;

  constructor(datagram: boolean) {
    this.#datagram = datagram;
  }

  dial(_index: number, sink: CallSink): () => void {
    const { clock } = this.rig;
    return clock.wake(clock.monotonic() + 3, () => {
      if (!this.#up) return sink.failed('ECONNREFUSED');
      const [near, far] = memoryLink({ clock, latencyMs: 5, datagram: this.#datagram });
      this.#links.add(near);
      this.rig.core.intake.accept(near, this.#datagram ? 'udp' : 'tcp');
      sink.connected(far);
    });
  }

  async start(): Promise<void> {
    await this.rig.start();
    this.rig.storage.faults.commitMs = 4;
    const { journal, clock, core } = this.rig;
    const { reader, registry } = core;
    const project = createProject({ reader, registry, journalId: journal.id, node: 'gate-1' });
    this.#pump = createPump({ journal, outlet: this.#outlet(), project, clock, random: seededRandom('pump') });
    this.#pump.start();
    this.#up = true;
  }

  /** As SIGKILL: the kernel resets what was connected, and nothing that was not on disk is. */
  kill(): void {
    this.#up = false;
    this.rig.kill();
    for (const link of this.#links) link.close('reset');
    this.#links.clear();
  }

  get backlog(): number {
    return this.#pump?.state.backlog ?? 0;
  }

  #outlet(): Outlet {
    return {
      name: 'list',
      wants: ({ kind }) => kind === 'position',
      deliver: async (batch) => {
        // The worst that an outlet may do: it fails though some of the batch has arrived.
        if (this.brokerAway) {
          this.delivered.push(...batch.slice(0, 3));
          throw new DeliveryError('MQTT_NOT_CONNECTED', 'away', { retry: true });
        }
        this.delivered.push(...batch);
      },
      start: async () => {},
      stop: async () => {},
    };
  }
}

async function play(faults: Partial<Faults>, trouble: Trouble, datagram = false): Promise<Settled> {
  const world = new World(datagram);
  const { rig, told, delivered } = world;
  await world.start();
  const fleet = new Fleet(
    {
      terminals: TERMINALS,
      revision: 'mix',
      firstPhone: FIRST_PHONE,
      firmware: { ...FACTORY_SETTINGS, reportMs: REPORT_MS },
      rampPerSecond: 5,
      durationMs: DURATION_MS,
      settleMs: PATIENCE_MS,
      startAt: rig.clock.now(),
      faults: { ...NO_FAULTS, ...faults },
      onStored({ phone }, { reports }: AcknowledgedReports) {
        const terminal = terminalOf(phone);
        for (const { body } of reports) told.set(reportOf(terminal, body), { terminal, body });
      },
    },
    { clock: rig.clock, random: seededRandom('world'), dialer: world },
  );
  const end = { reached: false };
  void fleet.ended().then(() => {
    end.reached = true;
  });
  await rig.run(30 * SECOND);
  world.brokerAway = true;
  await rig.run(10 * SECOND);
  if (trouble === 'killed') world.kill();
  if (trouble === 'disk full') rig.storage.faults.full = true;
  await rig.run(20 * SECOND);
  if (trouble === 'killed') await world.start();
  rig.storage.faults.full = false;
  world.brokerAway = false;
  // Once more, without a warning and at another stage.
  await rig.run(25 * SECOND);
  if (trouble === 'disk full') rig.storage.faults.failIn = 1;
  if (trouble === 'killed') {
    world.kill();
    await world.start();
  }
  for (let passed = 0; passed < PATIENCE_MS && !end.reached; passed += MINUTE) await rig.run(MINUTE);
  for (let seconds = 0; seconds < 120 && world.backlog > 0; seconds++) await rig.run(SECOND);
  return { fleet, rig, told, delivered, over: end.reached };
}

/** Reports in the journal, and messages that carried reports by terminal, serial, id and content. */
function inJournal({ rig }: Settled): { reports: Set<Report>; messages: string[] } {
  const reports = new Set<Report>();
  const messages: string[] = [];
  const header = newHeader();
  for (const { kind, terminal, payload } of recordsOf(rig.disk)) {
    if (kind !== 'frame' || readHeader(payload, 0, payload.length, header) !== undefined) continue;
    if (header.id !== ID.location && header.id !== ID.batch) continue;
    const body = payload.subarray(header.bodyAt, header.bodyEnd);
    messages.push(`${terminal} ${header.serial} ${header.id} ${formatHex(body)}`);
    if (header.id === ID.location) reports.add(reportOf(terminal, body));
    else {
      const batch = new BatchCursor(body, 0, body.length, new QuirkSet());
      while (batch.next()) reports.add(reportOf(terminal, body.subarray(batch.from, batch.to)));
    }
  }
  return { reports, messages };
}

/** What holds whatever happened; each sentence is a breach of it. */
function breaches(settled: Settled): string[] {
  const { fleet, told, delivered, over } = settled;
  const found: string[] = [];
  if (!over) found.push('the fleet did not come to rest');
  // Everything was made, sent and acknowledged in the end: patience is a virtue of terminals.
  const made = TERMINALS * (DURATION_MS / REPORT_MS);
  const { tally } = fleet;
  if (tally.made !== made || tally.acknowledged !== made || tally.dropped > 0 || told.size !== made)
    found.push(`of ${made} reports ${tally.made} were made and ${tally.acknowledged} acknowledged`);
  const { reports, messages } = inJournal(settled);
  for (const report of told.keys())
    if (!reports.has(report)) found.push(`acknowledged and not in the journal: ${report}`);
  if (new Set(messages).size !== messages.length) found.push('the same message is in the journal twice');
  const ids = new Set(delivered.map(({ payload }) => payload.id));
  for (const [report, { terminal, body }] of told)
    if (!ids.has(positionId(terminal, body, 0, 0))) found.push(`acknowledged and not delivered: ${report}`);
  return [...found, ...identityBreaches(delivered), ...orderBreaches(delivered), ...latestBreaches(settled)];
}

/** One id is one position, and one position has one id. */
function identityBreaches(delivered: readonly Envelope[]): string[] {
  const byId = new Map<string, string>();
  const found: string[] = [];
  for (const { kind, payload } of delivered) {
    if (kind !== 'position') continue;
    const { terminal, time, latitude, longitude, altitude, speed, direction, alarm, status } = payload;
    const position = JSON.stringify([terminal, time, latitude, longitude, altitude, speed, direction, alarm, status]);
    if ((byId.get(payload.id) ?? position) !== position) found.push(`two positions have the id ${payload.id}`);
    byId.set(payload.id, position);
  }
  if (new Set(byId.values()).size !== byId.size) found.push('a position has two ids');
  return found;
}

/** What is new to the outlet comes in the order of the journal, terminal by terminal. */
function orderBreaches(delivered: readonly Envelope[]): string[] {
  const known = new Set<string>();
  const last = new Map<string, number>();
  const found: string[] = [];
  for (const { payload } of delivered) {
    const once = `${payload.id} ${payload.seq}`;
    if (known.has(once)) continue;
    known.add(once);
    if (payload.seq < (last.get(payload.terminal) ?? 0)) found.push(`out of order: ${once}`);
    last.set(payload.terminal, payload.seq);
  }
  return found;
}

/** The last known position of every terminal is the newest of those that were delivered. */
function latestBreaches({ rig, told, delivered }: Settled): string[] {
  return [...new Set([...told.values()].map(({ terminal }) => terminal))].filter((terminal) => {
    const times = delivered.flatMap(({ payload }) =>
      payload.terminal === terminal ? [Date.parse(payload.time!)] : [],
    );
    return rig.core.latest.get(terminal)?.last?.report.time !== Math.max(...times);
  });
}

const HEAD = [
  'link',
  'loss',
  'order',
  'breaks',
  'trouble',
  'acked',
  'resent',
  'backfill',
  'relogin',
  'refused',
  'doubles',
  'delivered',
];
const rows: string[][] = [];

function note(names: readonly string[], { fleet, rig, delivered }: Settled): void {
  const { tally } = fleet;
  const { counters } = rig.core;
  const { messages } = inJournal({ rig } as Settled);
  const figures = [
    `${tally.acknowledged}/${tally.made}`,
    tally.retransmitted,
    tally.backfilled,
    tally.reconnects,
    tally.errors.get('reportRefused') ?? 0,
    counters.duplicates,
    `${new Set(delivered.map(({ payload }) => payload.id)).size} of ${messages.length}`,
  ];
  rows.push([...names, ...figures.map(String)]);
}

function table(): string {
  const lines = [HEAD, ...rows];
  const widths = HEAD.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
  return `${lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')}\n`;
}

describe('a fleet and the gateway', () => {
  for (const [loss, losing] of Object.entries(LOSS)) {
    for (const [order, mangling] of Object.entries(ORDER)) {
      for (const [breaks, breaking] of Object.entries(BREAKS)) {
        for (const trouble of TROUBLES) {
          it(`come to rest with everything on disk and delivered: ${loss}, ${order}, ${breaks}, ${trouble}`, async () => {
            const settled = await play({ ...losing, ...mangling, ...breaking }, trouble);
            note(['stream', loss, order, breaks, trouble], settled);
            expect(breaches(settled)).toEqual([]);
          });
        }
      }
    }
  }

  for (const trouble of TROUBLES) {
    it(`come to rest likewise over datagrams: loss 10 %, reordered, doubled, ${trouble}`, async () => {
      const settled = await play({ ...LOSS['loss 10 %'], ...ORDER['reordered, doubled'] }, trouble, true);
      note(['datagram', 'loss 10 %', 'reordered, doubled', 'links hold', trouble], settled);
      expect(breaches(settled)).toEqual([]);
    });
  }

  it('do the same again from the same seed', async () => {
    const names = ['stream', 'loss 10 %', 'reordered, doubled', 'links break', 'killed'];
    const known = rows.find((row) => names.every((name, i) => row[i] === name));
    note(
      names,
      await play({ ...LOSS['loss 10 %'], ...ORDER['reordered, doubled'], ...BREAKS['links break'] }, 'killed'),
    );
    expect(rows.pop()).toEqual(known);
  });

  it('leave this table', async () => {
    await expect(table()).toMatchFileSnapshot('world.sweep.txt');
  });
});
