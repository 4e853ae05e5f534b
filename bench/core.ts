/**
 * What a report costs in our own code, without sockets, disk and outlets: links in memory, a journal that keeps what memory
 * holds and nothing more, all folds. The processor time of this thread, so that other work on the machine counts for little.
 *
 *     node --expose-gc bench/core.ts [--terminals 10000] [--batch 50] [--rounds 20] [--bare] [--outlets]
 *
 * --batch is how many reports share a commit; --bare leaves out the detector; --outlets adds what is handed to a broker and to
 * a store, down to the text and the octets, which then go nowhere.
 */
import { createMqttOutlet, type Outlet, type Publisher } from '../bridge/index.ts';
import { Lines } from '../bridge/influx/points.ts';
import { loadConfig } from '../gateway/config/load.ts';
import { coreOptions } from '../gateway/core-options.ts';
import { createCore } from '../gateway/core.ts';
import { createProject } from '../gateway/deliver/project.ts';
import { createPump, type Pump } from '../gateway/journal/pump.ts';
import { openJournal } from '../gateway/journal/open-journal.ts';
import { type Link, type LinkSink, seededRandom, VirtualClock } from '../protocol/index.ts';
import {
  authenticationBody,
  frameOf,
  heard,
  ID,
  locationBody,
  registrationBody,
} from '../tests/support/terminal-frames.ts';
import { forgetfulStore } from './detect/forgetful-store.ts';
import { leanStorage } from './detect/lean-storage.ts';
import { readFlags } from './flags/read-flags.ts';

const { flags } = readFlags(import.meta.filename, {
  terminals: 10_000,
  batch: 50,
  rounds: 20,
  bare: false,
  outlets: false,
});
const { terminals, batch: together, rounds } = flags;
const START = Date.parse('2026-03-02T08:00:00+08:00');
const FIRST = 13_900_000_000;
const WARM_UP = 5;
const COMPANY_MS = 10;

/** A terminal's end of a link: counts what it is told, and keeps the last of it. */
class Wire implements Link {
  readonly peer: string;
  readonly datagram = false;
  readonly identity = undefined;
  readonly backlog = 0;
  last: Uint8Array = new Uint8Array(0);
  sink: LinkSink | undefined;

  constructor(peer: string) {
    this.peer = peer;
  }

  open(sink: LinkSink): void {
    this.sink = sink;
  }

  write(octets: Uint8Array): boolean {
    this.last = octets;
    writes++;
    return true;
  }

  pause(): void {}
  resume(): void {}
  close(): void {}
}

let writes = 0;
const loaded = loadConfig({ env: {}, flags: {} });
if ('faults' in loaded) throw new Error('the settings as they come are refused');
const clock = new VirtualClock(START);
const journal = await openJournal({
  storage: leanStorage(false),
  clock,
  options: { retainMs: 1e12, trimEveryMs: 1e12 },
});
const options = { ...coreOptions(loaded.config), maxConnections: terminals, mayEnrol: () => true, probes: false };
const core = await createCore(
  {
    clock,
    secret: (n) => new Uint8Array(n).fill(7),
    journal,
    store: forgetfulStore(),
    mediaDisk: { keep: async () => true, days: async () => [], remove: async () => {} },
  },
  { ...options, detect: !flags.bare },
);

const pumps = flags.outlets ? [broker(), store()].map(pumpTo) : [];
const wires: Wire[] = [];
for (let n = 0; n < terminals; n++) {
  const wire = new Wire(`tcp://10.${n >> 16}.${(n >> 8) & 255}.${n & 255}:40000`);
  core.intake.accept(wire, 'tcp');
  const speaker = { phone: `0${FIRST + n}`, revision: 2013 } as const;
  wire.sink!.receive(frameOf(speaker, ID.registration, 1, registrationBody(2013, { terminalId: `T${n}` })));
  await clock.run(COMPANY_MS, settle);
  const answer = heard(wire.last)[0]?.body as { authCode?: string } | undefined;
  wire.sink!.receive(frameOf(speaker, ID.authentication, 2, authenticationBody(2013, answer?.authCode ?? '')));
  wires.push(wire);
}
await clock.run(COMPANY_MS, settle);
if (core.counters.authentications !== terminals)
  throw new Error(`${core.counters.authentications} of ${terminals} terminals authenticated`);

const micros: number[] = [];
for (let round = 0; round < rounds + WARM_UP; round++) {
  // Made beforehand: what a terminal does is not what is measured.
  const frames = wires.map((_, n) => report(n, round));
  await clock.run(1000, settle);
  (globalThis as { gc?: () => void }).gc?.();
  const before = process.threadCpuUsage();
  const told = writes;
  const journalled = journal.state.head;
  for (let from = 0; from < terminals; from += together) {
    for (let n = from; n < Math.min(terminals, from + together); n++) wires[n]!.sink!.receive(frames[n]!);
    // The journal may wait for company.
    await clock.run(COMPANY_MS, settle);
  }
  const { user, system } = process.threadCpuUsage(before);
  for (const { state } of pumps) if (state.backlog > 0) throw new Error(`${state.backlog} records were not delivered`);
  if (journal.state.head - journalled < terminals) throw new Error('not every report was journalled');
  if (writes - told !== terminals) throw new Error(`${writes - told} of ${terminals} reports were acknowledged`);
  if (round >= WARM_UP) micros.push((user + system) / terminals);
}
micros.sort((a, b) => a - b);
const at = (share: number): string => (micros[Math.floor(share * (micros.length - 1))] as number).toFixed(2);
console.log(
  `${terminals} terminals, ${together} reports a commit${flags.bare ? ', no detector' : ''}${flags.outlets ? ', outlets' : ''}: ` +
    `${at(0.5)} µs a report (${at(0.1)}–${at(0.9)}), ${core.judging.events.size} events`,
);
process.exit(0);

/** Takes everything at once. */
function broker(): Outlet {
  const publisher: Publisher = {
    connected: true,
    publish: (_publication, settled) => settled(),
    reset: () => {},
    onConnected: () => () => {},
  };
  return createMqttOutlet({ publisher, clock, node: 'bench' });
}

/** Writes the points of a batch, and forgets them. */
function store(): Outlet {
  const lines = new Lines();
  return {
    name: 'influx',
    wants: ({ kind }) => kind === 'position' || kind === 'event',
    async deliver(batch) {
      lines.clear();
      for (const envelope of batch) lines.add(envelope);
    },
    start: async () => {},
    stop: async () => {},
  };
}

function pumpTo(outlet: Outlet): Pump {
  const { reader, registry } = core;
  const project = createProject({ reader, registry, journalId: journal.id, node: 'bench' });
  const pump = createPump({ journal, outlet, project, clock, random: seededRandom(outlet.name) });
  pump.start();
  return pump;
}

function report(n: number, round: number): Uint8Array {
  const body = locationBody({
    time: START + clock.monotonic(),
    latitude: 24.88 + n / 1e5,
    longitude: 102.83 + round / 1e4,
    speed: 40,
  });
  return frameOf({ phone: `0${FIRST + n}`, revision: 2013 }, ID.location, 3 + round, body);
}

/** Until no promise is left to settle. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
