/** A simulated terminal at the other end of a cable, or dialling, and the way to it that tools have, on virtual time. */
import { openDirect } from '../../../gateway/terminal-link/direct.ts';
import type { LinkEvent, TerminalLink } from '../../../gateway/terminal-link/terminal-link.ts';
import type { PortSink } from '../../../gateway/intake/serial/port.ts';
import { type Link, type LinkSink, memoryLink, seededRandom, VirtualClock } from '../../../protocol/index.ts';
import { Trainee } from '../../../simulator/drill/trainee.ts';
import { PROFILES } from '../../../simulator/profiles/index.ts';
import type { Profile } from '../../../simulator/profiles/profile.ts';

export const START = Date.parse('2026-03-01T12:00:00+08:00');
export const PHONE = 13_800_000_077;

export interface Bench {
  readonly clock: VirtualClock;
  readonly trainee: Trainee;
  readonly link: TerminalLink;
  readonly events: LinkEvent[];
  /** Lets so much time pass, and promises settle on the way. */
  run(ms: number): Promise<void>;
  /** The promise, with as much time as it takes. */
  within<T>(promise: Promise<T>, ms?: number): Promise<T>;
  unplug(): void;
}

const STEP_MS = 50;

export async function bench(
  options: {
    readonly way?: 'serial' | 'tcp';
    readonly profile?: string;
    readonly terminal?: string;
    readonly startAt?: number;
  } = {},
): Promise<Bench> {
  const { way = 'serial', profile = 'E', startAt = START } = options;
  const clock = new VirtualClock(startAt);
  let port: PortSink | undefined;
  let heard: LinkSink | undefined;
  let accept: ((link: Link) => void) | undefined;
  const link = await openDirect(
    {
      way: way === 'serial' ? { serial: { path: '/dev/x', baud: 115_200 } } : { tcp: { host: '127.0.0.1', port: 0 } },
      ...(options.terminal === undefined ? {} : { terminal: options.terminal }),
    },
    {
      clock,
      openPort: async (_path, _baud, sink) => {
        port = sink;
        return {
          write: (octets) => {
            const copy = new Uint8Array(octets);
            clock.wake(clock.monotonic(), () => heard?.receive(copy));
            return true;
          },
          backlog: 0,
          setRate: () => undefined,
          pause: () => undefined,
          resume: () => undefined,
          close: async () => undefined,
        };
      },
      listen: async (_at, accepted) => {
        accept = accepted;
        return { port: 8808, close: async () => undefined };
      },
    },
  );
  const events: LinkEvent[] = [];
  link.watch((event) => events.push(event));
  const trainee = new Trainee(
    { profile: PROFILES[profile] as Profile, phone: PHONE, startAt },
    {
      clock,
      random: seededRandom('1'),
      nmea: (sentences) => port?.received(new Uint8Array(Buffer.from(sentences.join(''), 'latin1'))),
      happened: () => undefined,
      dialer: {
        target: 'here',
        dial(_index, sink) {
          // Told on a later turn, as a call is.
          return clock.wake(clock.monotonic(), () => {
            if (way === 'tcp') {
              const [near, far] = memoryLink({ clock });
              accept?.(far);
              sink.connected(near);
            } else
              sink.connected(
                cableEnd(
                  (octets) => port?.received(octets),
                  (mine) => (heard = mine),
                ),
              );
          });
        },
      },
    },
  );
  const run = async (ms: number): Promise<void> => {
    for (let done = 0; done < ms; done += STEP_MS) {
      clock.advance(STEP_MS);
      for (let i = 0; i < 4; i++) await Promise.resolve();
    }
  };
  return {
    clock,
    trainee,
    link,
    events,
    run,
    async within(promise, ms = 600_000) {
      const state = { settled: false };
      const over = (): void => {
        state.settled = true;
      };
      promise.then(over, over);
      for (let waited = 0; !state.settled && waited < ms; waited += STEP_MS) await run(STEP_MS);
      return promise;
    },
    unplug: () => port?.closed('unplugged'),
  };
}

/** The terminal's end of a cable, which has no beginning and no end. */
function cableEnd(write: (octets: Uint8Array) => void, opened: (sink: LinkSink) => void): Link {
  return {
    peer: 'serial:here',
    datagram: false,
    backlog: 0,
    open: opened,
    write: (octets) => {
      write(new Uint8Array(octets));
      return true;
    },
    pause: () => undefined,
    resume: () => undefined,
    close: () => undefined,
  };
}
