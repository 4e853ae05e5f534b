/** The way to the platforms: outlets with their pumps, states, and what comes down. */
import { createMqttInlet, type MqttChannel, type Outlet } from '../bridge/index.ts';
import type { Clock, Random } from '../protocol/index.ts';
import type { Access } from './access/access.ts';
import type { OutletView } from './api/sources.ts';
import type { Config } from './config/schema.ts';
import type { Core } from './core-parts.ts';
import { createEmqxProject } from './deliver/emqx.ts';
import { withoutExempt } from './deliver/exempt.ts';
import { createProject, type Project } from './deliver/project.ts';
import { projectOnce } from './deliver/project-once.ts';
import { publishStates } from './deliver/states.ts';
import { urgentTest } from './deliver/urgent.ts';
import { createEmqxInlet } from './emqx-inlet.ts';
import type { Feeds } from './feed/feeds.ts';
import { createInlet } from './inlet.ts';
import { type Journal, OUTLET_PREFIX } from './journal/journal.ts';
import { createPump, type Pump, readerOf } from './journal/pump.ts';
import { Losses } from './losses.ts';
import type { Logger } from './observe/log.ts';
import { createInflux, createMqttSide } from './outlets.ts';
import type { Undo } from './undo.ts';
import { watchJournal } from './watch-journal.ts';
import type { Seat } from './workers/seat.ts';

/** How long a command that does not say may wait for its terminal. */
export const COMMAND_TTL_MS = 24 * 3_600_000;
const STATES_PER_SECOND = 1000;
/** Stopping waits so long for outlets that take data to have all of it. */
const DRAIN_MS = 2000;
const LOOK_EVERY_MS = 20;

export interface DeliveryParts {
  readonly config: Config;
  readonly core: Core;
  readonly journal: Journal;
  readonly feeds: Feeds;
  readonly access: Access;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly undo: Undo;
  /** Hears of accounts that published or subscribed where they may not. */
  readonly denied: (account: string) => void;
  /** Where this is one worker of several. */
  readonly seat?: Seat | undefined;
}

export interface Deliveries {
  readonly project: Project;
  readonly mqtt: { readonly url: string; readonly address: string; readonly embedded: boolean };
  views(): readonly OutletView[];
}

/** Starts everything between the journal and the platforms. What is down there is no failure. */
export async function startDeliveries(parts: DeliveryParts): Promise<Deliveries> {
  const { config, core, journal, access, clock, random, log, undo, seat } = parts;
  const mqtt = createMqttSide(config, { access, clock, random, log, seat, denied: parts.denied });
  const influx = createInflux(config, clock);
  const at = await mqtt.start();
  undo.add(() => mqtt.stop());
  const { reader, registry, latest, counters } = core;
  // Exemptions are looked at for each outlet anew: one may come while the others have the record already.
  const every = createProject({ reader, registry, journalId: journal.id, node: config.node });
  const whole = influx === undefined ? every : projectOnce(every);
  const project = withoutExempt(whole, registry, reader);
  const emqx = config.mqtt.dialect === 'emqx';
  const published = emqx
    ? withoutExempt(createEmqxProject({ reader, registry, journalId: journal.id }), registry, reader)
    : project;
  const outlets = influx === undefined ? [mqtt.outlet] : [mqtt.outlet, influx];
  const names = outlets.map(({ name }) => readerOf(name));
  forgetStrangers(journal, names, log);
  const losses = new Losses({ journal, clock, log });
  // Of what an earlier run took from an outlet the journal tells before the outlet goes on behind it.
  await losses.tell();
  const pumps: Pump[] = [];
  for (const outlet of outlets) {
    await outlet.start();
    undo.add(() => outlet.stop());
    const pump = pumpOf(outlet, outlet === mqtt.outlet ? published : project, parts);
    pumps.push(pump);
    pump.start();
    undo.add(() => pump.stop());
  }
  const states = publishStates({
    latest,
    registry,
    outlet: mqtt.outlet,
    clock,
    journalId: journal.id,
    perSecond: STATES_PER_SECOND,
    events: core.judging.events,
  });
  undo.add(() => states.stop());
  // A broker may have forgotten what it retained: the embedded one always has.
  undo.add(mqtt.channel.onConnected(() => states.all()));
  undo.add(() => Promise.all(pumps.map((pump) => drained(pump, clock))));
  // Told before it is waited for outlets: what is lost to one does not drain.
  undo.add(watchJournal({ journal, clock, node: config.node, counters, log, outlet: mqtt.outlet, losses }));
  takeCommands(seat?.inlet(mqtt.channel) ?? mqtt.channel, parts);
  return {
    project,
    mqtt: { ...at, embedded: mqtt.broker !== undefined },
    views: () => pumps.map((pump) => viewOf(pump, mqtt.channel.connected)),
  };
}

/** Listens to what platforms send down, in our form or in EMQX's. */
function takeCommands(channel: MqttChannel, { config, core, feeds, clock, random, log }: DeliveryParts): void {
  const onFault = (error: unknown): void => log.error({ error }, 'a command or fact could not be taken');
  const lifetimeMs = COMMAND_TTL_MS;
  if (config.mqtt.dialect === 'emqx') {
    const onRefused = (reason: string, topic: string): void => log.warn({ reason, topic }, 'a command was not taken');
    createEmqxInlet({ channel, core, clock, random: random.fork('emqx'), lifetimeMs, onRefused, onFault });
    return;
  }
  const inlet = createInlet({ core, feeds });
  createMqttInlet({ channel, inlet, clock, prefix: config.mqtt.prefix, lifetimeMs, onFault });
}

function pumpOf(outlet: Outlet, project: Project, { journal, clock, random, log }: DeliveryParts): Pump {
  const { name } = outlet;
  return createPump({
    journal,
    outlet,
    project,
    clock,
    random: random.fork(name),
    urgent: urgentTest,
    observer: {
      resent: ({ seq, id }) => log.info({ outlet: name, seq, id }, 'a dead letter was delivered after all'),
      retrying: (error, delayMs) => log.warn({ outlet: name, error, delayMs }, 'delivery failed; it is tried again'),
      buried: ({ seq, reason }) =>
        log.error({ outlet: name, seq, reason }, 'the other side will not take a record; it is kept as a dead letter'),
    },
  });
}

function viewOf(pump: Pump, mqttConnected: boolean): OutletView {
  const { delivered, retries, buried, backlog, secondsToDrain, lastError } = pump.state;
  const name = pump.reader.slice(OUTLET_PREFIX.length);
  const connected = name === 'mqtt' ? mqttConnected : lastError === undefined;
  return { name, connected, delivered, retries, buried, backlog, secondsToDrain, lastError: lastError ?? null };
}

/** Waits until an outlet has everything; not for one that is away, and never for long. */
async function drained(pump: Pump, clock: Clock): Promise<void> {
  const until = clock.monotonic() + DRAIN_MS;
  const waits = (): boolean => pump.state.backlog > 0 && pump.state.lastError === undefined;
  while (waits() && clock.monotonic() < until) {
    await new Promise<void>((resolve) => clock.wake(clock.monotonic() + LOOK_EVERY_MS, resolve));
  }
}

/** Outlets that are configured no longer keep their place no longer: else they would keep the journal for ever. */
function forgetStrangers(journal: Journal, known: readonly string[], log: Logger): void {
  for (const [reader, cursor] of journal.readers()) {
    if (!reader.startsWith(OUTLET_PREFIX) || known.includes(reader)) continue;
    journal.forgetReader(reader);
    log.warn(
      { outlet: reader.slice(OUTLET_PREFIX.length), cursor, undelivered: journal.state.head - cursor },
      'an outlet is no longer configured: its place in the journal is forgotten',
    );
  }
}
