/** A machine of serial devices that exist only here, and lines over it on virtual time. */
import type { Port, OpenPort, PortSink } from '../../../../gateway/intake/serial/port.ts';
import { parseCards, parsePorts } from '../../../../gateway/intake/serial/settings.ts';
import { SerialIntake } from '../../../../gateway/intake/serial/serial-intake.ts';
import { PositionReader } from '../../../../gateway/fold/positions.ts';
import { forEachRecord } from '../../../../gateway/journal/record-view.ts';
import type { LocationReport } from '../../../../protocol/index.ts';
import type { Rig } from '../../support/rig.ts';

/** A device that may be plugged in and out, and garbles what is said at another rate than it is read. */
export class Device {
  /** What it sends at; undefined: whatever it is read at. */
  rate: number | undefined;
  plugged = true;
  opened = 0;
  paused = false;
  /** What was written to it. */
  readonly written: Uint8Array[] = [];
  #sink: PortSink | undefined;
  #readAt = 0;

  say(octets: Uint8Array | string): void {
    const bytes = typeof octets === 'string' ? Buffer.from(octets, 'latin1') : octets;
    const clear = this.rate === undefined || this.rate === this.#readAt;
    this.#sink?.received(clear ? new Uint8Array(bytes) : bytes.map((octet) => (octet * 7 + 128) | 0x80));
  }

  unplug(): void {
    this.plugged = false;
    const sink = this.#sink;
    this.#sink = undefined;
    sink?.closed('unplugged');
  }

  open(baud: number, sink: PortSink): Port {
    if (!this.plugged) throw new Error('no such device');
    this.opened++;
    this.#sink = sink;
    this.#readAt = baud;
    return {
      write: (octets) => {
        this.written.push(new Uint8Array(octets));
        return true;
      },
      backlog: 0,
      setRate: (rate) => {
        this.#readAt = rate;
      },
      pause: () => {
        this.paused = true;
      },
      resume: () => {
        this.paused = false;
      },
      close: async () => {
        this.#sink = undefined;
      },
    };
  }
}

export interface Lines {
  readonly serial: SerialIntake;
  readonly device: Device;
  /** What the log was told, as `what detail`. */
  readonly told: readonly string[];
}

/** Lines over a rig: `ports` and `cards` as in environment variables; all ports are the device that is handed back, unless `opens` opens others. */
export async function linesOf(rig: Rig, ports: string, cards = '', opens?: OpenPort): Promise<Lines> {
  const device = new Device();
  const told: string[] = [];
  const open: OpenPort = opens ?? (async (_path, baud, sink) => device.open(baud, sink));
  const { core, clock, journal } = rig;
  const serial = new SerialIntake(parsePorts(ports)!, parseCards(cards)!, {
    clock,
    journal,
    open,
    accept: (link) => core.intake.accept(link, 'serial'),
    revisionOf: (terminal) => core.registry.registration(terminal)?.revision,
    exemptions: core.exemptions,
    everyMs: 10_000,
    reachable: (terminal) => core.mailbox.offered(terminal),
    told: ({ what, detail }) => void told.push(`${what} ${detail}`),
  });
  core.mailbox.goBeyond(serial.shortMessages);
  await serial.start();
  await rig.run();
  return { serial, device, told };
}

/** Positions in the journal, by the reader that all folds use. */
export function locationsOf(rig: Rig, terminal: string): LocationReport[] {
  const reader = new PositionReader(() => 2013);
  const found: LocationReport[] = [];
  for (const batch of rig.disk.batches)
    forEachRecord(batch, 0, (view) => {
      if (view.terminal === terminal) reader.forEach(view, ({ report }) => void found.push({ ...report }));
    });
  return found;
}

/** A sentence with its check code and line end. */
export function sentence(text: string): string {
  let check = 0;
  for (const octet of Buffer.from(text, 'latin1')) check ^= octet;
  return `$${text}*${check.toString(16).toUpperCase().padStart(2, '0')}\r\n`;
}

/** What a receiver prints for a second after 04:00:00 UTC, which is noon of the tests' clock. */
export function secondOf(second: number, valid = true): string {
  const time = `0400${String(second).padStart(2, '0')}.00`;
  const place = valid ? '2309.30979,N,11330.00659,E' : ',,,';
  return (
    sentence(`GNGGA,${time},${place},${valid ? 1 : 0},${valid ? 12 : 0},0.9,45.2,M,-5.1,M,,`) +
    sentence(`GNRMC,${time},${valid ? 'A' : 'V'},${place},21.6,87.5,010326,,,${valid ? 'A' : 'N'},V`)
  );
}
