/**
 * The live streams of all workers as one: whole events as they come, health for the gateway. The id of an event is those of all workers, so that each
 * goes on where it was; a worker that is started again is listened to again from there. A reader that is too slow loses its stream.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Cancel, Clock } from '../../../protocol/index.ts';
import type { Health, ListenerView } from '../../api/sources.ts';
import { mergeHealth, type WorkerHealth } from './merge-health.ts';

export interface LiveParts {
  readonly response: ServerResponse;
  /** The stream of worker 0, which was let in. */
  readonly first: IncomingMessage;
  readonly workers: number;
  readonly listeners: readonly ListenerView[];
  readonly clock: Clock;
  /** Octets that may wait for the reader. */
  readonly backlog: number;
  /** Where each worker's stream begins: what `placesIn` says of the request. */
  readonly places: readonly string[];
  /** The stream of a worker behind a place; rejects while it is down. */
  readonly open: (worker: number, place: string) => Promise<IncomingMessage>;
}

/** Between the ids of workers. */
const BETWEEN = '~';

/** The place of each worker in an id of the joined stream, empty where there is none; a place that is of another gateway is none of anybody. */
export function placesIn(id: string | undefined, workers: number): readonly string[] {
  const places = (id ?? '').split(BETWEEN);
  return Array.from({ length: workers }, (_, worker) => (places.length === workers ? places[worker]! : (id ?? '')));
}

const AGAIN_MS = 1000;
/** Octets of one event. */
const MAX_EVENT = 1 << 20;
const HEALTH = 'event: health\ndata: ';

/** Runs until the reader leaves. */
export function serveLive(parts: LiveParts): void {
  const { response, first, workers, clock } = parts;
  const streams = new Set<IncomingMessage>();
  const waits = new Set<Cancel>();
  const health: WorkerHealth[] = Array.from({ length: workers }, () => ({ fault: 'it is down' }));
  const places = [...parts.places];
  let gone = false;

  function say(text: string): void {
    if (gone) return;
    response.write(text);
    if (response.writableLength > parts.backlog) response.destroy();
  }

  /** Nothing before every worker has told where it is: whoever came back with a part of it would miss what the others said. */
  function joined(): string {
    return places.includes('') ? '' : `id: ${places.join(BETWEEN)}\n`;
  }

  function take(worker: number, event: string): void {
    if (event.startsWith(HEALTH)) {
      health[worker] = JSON.parse(event.slice(HEALTH.length)) as Health;
      // One word of health a second, not one a worker.
      if (worker === 0) say(`${HEALTH}${JSON.stringify(mergeHealth(health, parts.listeners))}\n\n`);
      return;
    }
    const [line = '', place] = /^id: (.*)\n?/m.exec(event) ?? [];
    if (place !== undefined) places[worker] = place;
    if (worker === 0 || event.startsWith('event:'))
      say(`${place === undefined ? event : event.replace(line, joined())}\n\n`);
    else if (place !== undefined) say(`${joined()}\n`);
  }

  function listen(worker: number, stream: IncomingMessage): void {
    if (gone) return void stream.destroy();
    streams.add(stream);
    let rest = '';
    stream.setEncoding('utf8');
    stream.on('data', (text: string) => {
      const events = (rest + text).split('\n\n');
      rest = events.pop() ?? '';
      for (const event of events) take(worker, event);
      if (rest.length > MAX_EVENT) stream.destroy();
    });
    stream.on('error', () => undefined);
    stream.on('close', () => {
      streams.delete(stream);
      health[worker] = { fault: 'it is down' };
      again(worker);
    });
  }

  function again(worker: number): void {
    if (gone) return;
    const cancel = clock.wake(clock.monotonic() + AGAIN_MS, () => {
      waits.delete(cancel);
      parts.open(worker, places[worker] ?? '').then(
        (stream) => listen(worker, stream),
        () => again(worker),
      );
    });
    waits.add(cancel);
  }

  response.on('error', () => undefined);
  response.on('close', () => {
    gone = true;
    for (const stream of streams) stream.destroy();
    for (const cancel of waits) cancel();
  });
  listen(0, first);
  for (let worker = 1; worker < workers; worker++) {
    parts.open(worker, places[worker] ?? '').then(
      (stream) => listen(worker, stream),
      () => again(worker),
    );
  }
}
