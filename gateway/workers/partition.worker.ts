/** A worker: the gateway over one partition, with the links, datagrams and commands that the primary leads to it. */
import type { Socket } from 'node:net';
import { type Partition, startPartition } from '../main.ts';
import { createLogger } from '../observe/log.ts';
import { processClock } from '../process-clock.ts';
import type { FromWorker, SeatPlan, ToWorker } from './messages.ts';
import { Seat } from './seat.ts';

/** A worker that was killed may hold the journal's lock for a moment yet, on a busy machine for some seconds. */
const LOCKED_MS = 5000;
const LOCKED_PAUSE_MS = 100;
const EXIT_REFUSED = 2;

let seat: Seat | undefined;
let partition: Promise<Partition> | undefined;

function post(message: FromWorker): void {
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
}

async function start(plan: SeatPlan): Promise<Partition> {
  const { config } = plan;
  seat = new Seat(plan, post, processClock);
  const log = createLogger({ level: config.log.level, node: config.node, clock: processClock });
  const patience = processClock.monotonic() + LOCKED_MS;
  for (;;) {
    try {
      return await startPartition(config, log, seat);
    } catch (error) {
      if ((error as { code?: unknown }).code !== 'DATA_LOCKED' || processClock.monotonic() > patience) throw error;
      await new Promise((resolve) => setTimeout(resolve, LOCKED_PAUSE_MS));
    }
  }
}

async function stop(): Promise<void> {
  await (await partition)?.stop();
  process.exit(0);
}

process.on('message', (message: ToWorker, socket: Socket | undefined) => {
  if (message.kind === 'start') {
    partition = start(message.plan);
    partition.then(
      ({ http }) => post({ kind: 'ready', http }),
      (error: Error & { code?: unknown }) => {
        const code = typeof error.code === 'string' ? error.code : undefined;
        // What is no refusal of the world is a fault of ours, and its stack is wanted.
        if (code === undefined) process.stderr.write(`${error.stack ?? error.message}\n`);
        const { name, message: detail } = error;
        process.send?.(
          { kind: 'refused', name, message: detail, code } satisfies FromWorker,
          undefined,
          undefined,
          () => process.exit(EXIT_REFUSED),
        );
      },
    );
  } else if (message.kind === 'stop') void stop();
  else if (seat === undefined) socket?.destroy();
  else seat.receive(message, socket);
});

// Signals go to the whole group of a terminal or a service; it is the primary that orders the end.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);
// Without the primary nobody leads anything here, and the next gateway wants the journal: what is acknowledged is on disk.
process.on('disconnect', () => process.exit(1));
