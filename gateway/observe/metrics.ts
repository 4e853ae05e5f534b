/**
 * The metrics page. Everything is counted in plain number fields where it happens and read when the page is asked for,
 * so that the hot path never meets the metrics library. No label ever names a terminal: their number is not bounded.
 */
import { type Metric, Registry, collectDefaultMetrics } from 'prom-client';
import { QUIRKS } from '../../protocol/index.ts';
import type { HttpCounters } from '../api/counters.ts';
import type { Health, OutletView } from '../api/sources.ts';
import type { Events } from '../events/events.ts';
import type { CommandCounters } from '../command/counters.ts';
import type { IntakeCounters } from '../intake/counters.ts';
import type { MediaCounters } from '../media/media-store.ts';
import type { LineCounters } from '../intake/serial/counters.ts';
import type { PartsCounters } from '../parts/counters.ts';
import type { Histogram } from './histogram.ts';

export interface MetricSources {
  /** Terminals by their ways: `time` → `utc` → how many. */
  readonly ways: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly intake: Readonly<IntakeCounters>;
  /** Serial lines; none unless given. */
  readonly serial?: readonly Readonly<LineCounters>[];
  /** Signals by kind; none unless given. */
  readonly security?: Readonly<Record<string, number>>;
  readonly http: Readonly<HttpCounters>;
  readonly parts: Readonly<PartsCounters>;
  readonly media: Readonly<MediaCounters>;
  readonly commands: Readonly<CommandCounters>;
  readonly events: Pick<Events, 'counters' | 'openBySeverity'>;
  /** Seconds from the receipt of a frame to its acknowledgement being written to the link. */
  readonly ackLatency: Histogram;
  health(): Health;
  /** Process and event loop figures too. They install observers that live as long as the process. */
  readonly process: boolean;
}

type Labels = Readonly<Record<string, string>>;
interface Sample {
  readonly labels: Labels;
  readonly value: number;
  readonly metricName?: string;
}
interface Family {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  read(): readonly Sample[];
}

function one(value: number | boolean): readonly Sample[] {
  return [{ labels: {}, value: Number(value) }];
}

function by(label: string, counts: Readonly<Record<string, number>>): readonly Sample[] {
  return Object.entries(counts).map(([name, value]) => ({ labels: { [label]: name }, value }));
}

function terminalQuirks(ways: MetricSources['ways']): readonly Sample[] {
  return Object.entries(ways).flatMap(([quirk, counts]) =>
    Object.entries(counts).map(([value, terminals]) => ({ labels: { quirk, value }, value: terminals })),
  );
}

function quirks(counts: Float64Array): readonly Sample[] {
  return Object.entries(QUIRKS).map(([name, { bit }]) => ({ labels: { quirk: name }, value: counts[bit] ?? 0 }));
}

function buckets(name: string, histogram: Histogram): readonly Sample[] {
  const samples: Sample[] = [];
  let below = 0;
  for (const [i, bound] of histogram.bounds.entries()) {
    below += histogram.counts[i] ?? 0;
    samples.push({ metricName: `${name}_bucket`, labels: { le: String(bound) }, value: below });
  }
  samples.push({ metricName: `${name}_bucket`, labels: { le: '+Inf' }, value: histogram.count });
  samples.push({ metricName: `${name}_sum`, labels: {}, value: histogram.sum });
  samples.push({ metricName: `${name}_count`, labels: {}, value: histogram.count });
  return samples;
}

function intakeFamilies(intake: Readonly<IntakeCounters>): readonly Family[] {
  const counter = (name: string, help: string, read: () => readonly Sample[]): Family => ({
    name: `xingji_${name}_total`,
    help,
    type: 'counter',
    read,
  });
  return [
    counter('received_bytes', 'Octets read from terminals.', () => one(intake.octets)),
    counter('packets', 'Packets with a good check code and header.', () => one(intake.packets)),
    counter('packets_sent', 'Packets written to terminals.', () => one(intake.sent)),
    counter('faulty_frames', 'Frames refused, by reason.', () => by('reason', intake.faults)),
    counter('refused_messages', 'Messages answered with a refusal, by reason.', () => by('reason', intake.refusals)),
    counter('quarantine_skipped', 'Faulty frames that were not kept, as their link had sent too many.', () =>
      one(intake.quarantineSkipped),
    ),
    counter('quirks', 'Deviations from the standard that were tolerated, by name.', () => quirks(intake.quirks)),
    counter('duplicates', 'Retransmissions of messages that were in the journal already.', () =>
      one(intake.duplicates),
    ),
    counter('assembled_messages', 'Messages put together from sub-packages.', () => one(intake.assembled)),
    counter('acknowledged', 'Messages acknowledged after their commit.', () => one(intake.acknowledged)),
    counter(
      'unjournalled_messages',
      'Messages that the journal did not take; the terminal keeps them. By reason.',
      () => by('reason', intake.unjournalled),
    ),
    counter('registrations', 'Registrations accepted.', () => one(intake.registrations)),
    counter('authentications', 'Authentications accepted.', () => one(intake.authentications)),
    counter('connections_opened', 'Links opened, by transport.', () => by('transport', intake.opened)),
    counter('connections_closed', 'Links closed, by how they ended.', () => by('how', intake.closed)),
    counter('connections_turned_away', 'Links not taken, as the bound was reached.', () => one(intake.turnedAway)),
    counter(
      'connections_turned_away_by_source',
      'Of these: too many links of the same source had not authenticated.',
      () => one(intake.turnedAwayBySource),
    ),
    counter('links_held', 'Times that a link was not read for a while: for its turn, its budget, or the disk.', () =>
      by('why', intake.held),
    ),
    counter('links_unproved', 'Links ended that had not authenticated: in time, or as they sent too much noise.', () =>
      by('why', intake.unproved),
    ),
    counter('datagram_peers_yielded', 'UDP peers that had proved nothing, let go of as every place was taken.', () =>
      one(intake.peersYielded),
    ),
    counter('datagrams_dropped', 'Datagrams beyond the budget of their peer.', () => one(intake.datagramsDropped)),
    counter(
      'sources_locked',
      'Sources that gave too many wrong authentication codes and are not heard for a while.',
      () => one(intake.guessing),
    ),
    counter('stray_links', 'Links ended, as a terminal of another worker spoke up on them.', () => one(intake.strays)),
    counter('slow_readers', 'Links reset, as their terminal did not read.', () => one(intake.slowReaders)),
  ];
}

/** One label names the device; there are as many as the configuration has. */
function serialFamilies(lines: readonly Readonly<LineCounters>[]): readonly Family[] {
  const family = (name: string, help: string, read: (line: Readonly<LineCounters>) => readonly Sample[]): Family => ({
    name: `xingji_serial_${name}`,
    help,
    type: name.endsWith('_total') ? 'counter' : 'gauge',
    read: () =>
      lines.flatMap((line) =>
        read(line).map(({ labels, value }) => ({ labels: { port: line.path, ...labels }, value })),
      ),
  });
  return [
    family('up', '1 while the device is open.', (line) => one(line.up)),
    family('baud', 'Rate that the line is read at; 0 while it is not open.', (line) => one(line.baud)),
    family('opened_total', 'Times that the device was opened.', (line) => one(line.opened)),
    family('rate_changes_total', 'Times that another rate was tried.', (line) => one(line.rates)),
    family('received_bytes_total', 'Octets read.', (line) => one(line.octets)),
    family('sent_bytes_total', 'Octets written for short messages.', (line) => one(line.sent)),
    family('noise_bytes_total', 'Octets that were part of nothing.', (line) => one(line.noise)),
    family('units_total', 'Frames and sentences understood, by kind.', (line) => by('kind', line.units)),
    family('damaged_total', 'Frames and sentences with a wrong check or form, by kind.', (line) =>
      by('kind', line.damaged),
    ),
    family('unexpected_total', 'Units of a kind that the port was told not to take.', (line) => one(line.unexpected)),
    family('positions_total', 'Positions of receivers and cards that went into the journal.', (line) =>
      one(line.positions),
    ),
    family('unknown_cards_total', 'Messages of cards that belong to no terminal.', (line) => one(line.unknownCards)),
    family('short_messages_total', 'Short messages to cards, by what became of them.', (line) =>
      by('outcome', line.shortMessages),
    ),
  ];
}

function commandFamilies(commands: Readonly<CommandCounters>): readonly Family[] {
  return [
    {
      name: 'xingji_commands_total',
      help: 'Steps of commands, by the state that they led to.',
      type: 'counter',
      read: () => by('state', commands.steps),
    },
    {
      name: 'xingji_commands_repeated_total',
      help: 'Commands sent again, as no answer came.',
      type: 'counter',
      read: () => one(commands.repeated),
    },
  ];
}

function partsFamilies(parts: Readonly<PartsCounters>, media: Readonly<MediaCounters>): readonly Family[] {
  const counter = (name: string, help: string, read: () => readonly Sample[]): Family => ({
    name: `xingji_${name}_total`,
    help,
    type: 'counter',
    read,
  });
  return [
    counter('parts_asked', 'Requests for missing parts, by message.', () => by('message', parts.asked)),
    counter('messages_given_up', 'Messages of which not all parts came, by reason.', () => by('reason', parts.lost)),
    counter('messages_fetched', 'Messages in parts that were joined from the journal, as memory was short.', () =>
      one(parts.fetched),
    ),
    counter('parts_resent', 'Parts sent again as terminals asked for them (0x0005), by whether they were known.', () =>
      by('known', { yes: parts.resent, no: parts.notResent }),
    ),
    counter('media_files', 'Pictures, sound and video, by whether the same was there before.', () =>
      by('kind', { stored: media.stored, duplicate: media.duplicates }),
    ),
    counter('media_bytes', 'Octets of media files written.', () => one(media.bytes)),
    counter('media_removed_bytes', 'Octets of media files removed by age or size.', () => one(media.removedBytes)),
    counter('evidence_files', 'Files of evidence of alarms that are whole.', () => one(media.evidence)),
    counter('evidence_bytes', 'Octets of evidence of alarms.', () => one(media.evidenceBytes)),
    counter('media_failures', 'Media files that could not be written, each time it was tried.', () =>
      one(media.failures),
    ),
  ];
}

function securityFamilies(counts: Readonly<Record<string, number>>): readonly Family[] {
  const name = 'xingji_security_events_total';
  return [{ name, help: 'Attempts on the gateway, by kind.', type: 'counter', read: () => by('kind', counts) }];
}

function httpFamilies(http: Readonly<HttpCounters>): readonly Family[] {
  return [
    {
      name: 'xingji_http_responses_total',
      help: 'HTTP responses, by class of status.',
      type: 'counter',
      read: () => by('class', http.responses),
    },
    {
      name: 'xingji_http_limited_total',
      help: 'Requests turned away as an account or an address asked too often.',
      type: 'counter',
      read: () => one(http.limited),
    },
    { name: 'xingji_http_streams', help: 'Live streams open.', type: 'gauge', read: () => one(http.streams) },
    {
      name: 'xingji_http_streams_dropped_total',
      help: 'Live streams ended, as their reader was too slow.',
      type: 'counter',
      read: () => one(http.streamsDropped),
    },
  ];
}

function stateFamilies(health: () => Health): readonly Family[] {
  const gauge = (name: string, help: string, read: (now: Health) => readonly Sample[]): Family => ({
    name: `xingji_${name}`,
    help,
    type: 'gauge',
    read: () => read(health()),
  });
  const outlet = (name: string, help: string, value: (view: OutletView) => number | boolean): Family => ({
    name: `xingji_outlet_${name}`,
    help,
    type: name.endsWith('_total') ? 'counter' : 'gauge',
    read: () => health().outlets.map((view) => ({ labels: { outlet: view.name }, value: Number(value(view)) })),
  });
  return [
    gauge('connections', 'Links open.', (now) => one(now.connections)),
    gauge('sessions', 'Links that have authenticated.', (now) => one(now.sessions)),
    gauge('terminals', 'Terminals known.', (now) => one(now.terminals)),
    gauge('terminals_online', 'Terminals online.', (now) => one(now.online)),
    gauge('listener_up', 'Whether a listener is up.', (now) =>
      now.listeners.map((each) => ({ labels: { listener: each.name }, value: Number(each.up) })),
    ),
    gauge('journal_writable', 'Whether the journal takes records.', (now) => one(now.journal.writable)),
    gauge('journal_head', 'Last committed record.', (now) => one(now.journal.head)),
    gauge('journal_records', 'Records kept.', (now) => one(now.journal.head - now.journal.tail + 1)),
    {
      name: 'xingji_journal_dropped_records_total',
      help: 'Records that retention removed.',
      type: 'counter',
      read: () => one(health().journal.dropped),
    },
    {
      name: 'xingji_journal_chain_faults',
      help: 'Faults that the check after the start found in the journal; NaN before it is through.',
      type: 'gauge',
      read: () => one(health().journal.chainFaults ?? Number.NaN),
    },
    {
      name: 'xingji_journal_lost_records_total',
      help: 'Records that retention removed before an outlet had them, counted once for every such outlet.',
      type: 'counter',
      read: () => one(health().journal.lost),
    },
    gauge('journal_pending_bytes', 'Octets that wait for the disk.', (now) => one(now.journal.pendingBytes)),
    gauge('journal_disk_bytes', 'Octets of the journal on disk.', (now) => one(now.journal.diskBytes)),
    outlet('connected', 'Whether the other side of an outlet is reached.', (view) => view.connected),
    outlet('backlog', 'Records that wait for an outlet.', (view) => view.backlog),
    {
      name: 'xingji_outlet_drain_seconds',
      help: 'Until the backlog of an outlet is gone at the rate of the last seconds; +Inf where that is not in sight.',
      type: 'gauge',
      read: () =>
        health().outlets.map(({ name, secondsToDrain }) => ({
          labels: { outlet: name },
          value: secondsToDrain ?? Number.POSITIVE_INFINITY,
        })),
    },
    outlet('delivered_total', 'Envelopes that the other side has.', (view) => view.delivered),
    outlet('retries_total', 'Deliveries tried again.', (view) => view.retries),
    outlet('buried_total', 'Envelopes that the other side will never take.', (view) => view.buried),
  ];
}

function register(registry: Registry, family: Family): void {
  // A registry asks a metric for nothing but its name and `get()`; the library's own classes would keep a second count.
  const metric = {
    name: family.name,
    get: async () => ({
      name: family.name,
      help: family.help,
      type: family.type,
      aggregator: 'sum',
      values: family.read(),
    }),
  };
  registry.registerMetric(metric as unknown as Metric);
}

function eventFamilies(events: MetricSources['events']): readonly Family[] {
  return [
    {
      name: 'xingji_event_steps_total',
      help: 'Steps of events that are on disk, by what they are.',
      type: 'counter',
      read: () => by('state', events.counters.steps),
    },
    {
      name: 'xingji_events_open',
      help: 'Events that are open, by severity.',
      type: 'gauge',
      read: () => by('severity', events.openBySeverity()),
    },
  ];
}

/** Three default gauges are named `…_total` against Prometheus' own rule, which its checker refuses. */
const MISNAMED = ['nodejs_active_resources_total', 'nodejs_active_handles_total', 'nodejs_active_requests_total'];

/** Returns what renders the page. */
export function createMetrics(sources: MetricSources): () => Promise<string> {
  const registry = new Registry();
  const latency = 'xingji_ack_latency_seconds';
  const families: readonly Family[] = [
    ...intakeFamilies(sources.intake),
    ...securityFamilies(sources.security ?? {}),
    {
      name: latency,
      help: 'Receipt of a frame to its acknowledgement.',
      type: 'histogram',
      read: () => buckets(latency, sources.ackLatency),
    },
    ...stateFamilies(() => sources.health()),
    {
      name: 'xingji_terminal_quirks',
      help: 'Terminals by the ways that were learnt of them.',
      type: 'gauge',
      read: () => terminalQuirks(sources.ways),
    },
    ...serialFamilies(sources.serial ?? []),
    ...httpFamilies(sources.http),
    ...partsFamilies(sources.parts, sources.media),
    ...commandFamilies(sources.commands),
    ...eventFamilies(sources.events),
  ];
  for (const family of families) register(registry, family);
  if (sources.process) {
    collectDefaultMetrics({ register: registry });
    for (const name of MISNAMED) registry.removeSingleMetric(name);
  }
  return () => registry.metrics();
}
