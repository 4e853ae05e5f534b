/** The commands of `xingji`. The code of each is loaded when it is called. */
import type { CommandEntry } from '../gateway/cli/program.ts';

/** In the order of `xingji --help`. */
export const COMMANDS: readonly CommandEntry[] = [
  {
    name: 'serve',
    summary: 'the gateway: takes terminals, keeps a journal, delivers to MQTT and InfluxDB',
    load: async () => (await import('../gateway/cli/serve.ts')).registerServe,
  },
  {
    name: 'decode',
    summary: 'frames in hex → messages',
    load: async () => (await import('../gateway/cli/decode.ts')).registerDecode,
  },
  {
    name: 'encode',
    summary: 'messages as JSON lines on stdin → frames in hex',
    load: async () => (await import('../gateway/cli/encode.ts')).registerEncode,
  },
  {
    name: 'explain',
    summary: 'frames in hex → what every octet means',
    load: async () => (await import('../gateway/cli/explain.ts')).registerExplain,
  },
  {
    name: 'jt809',
    summary: 'frames between platforms (JT/T 809) in hex → JSON lines',
    load: async () => (await import('../gateway/cli/jt809.ts')).registerJt809,
  },
  {
    name: 'nmea',
    summary: 'NMEA sentences of a BeiDou receiver → JSON lines, or fixes',
    load: async () => (await import('../gateway/cli/nmea.ts')).registerNmea,
  },
  {
    name: 'rdss',
    summary: 'BeiDou short-message sentences or binary frames in hex → JSON lines',
    load: async () => (await import('../gateway/cli/rdss.ts')).registerRdss,
  },
  {
    name: 'schema',
    summary: 'JSON Schema of message bodies',
    load: async () => (await import('../gateway/cli/schema.ts')).registerSchema,
  },
  {
    name: 'dissector',
    summary: 'a dissector for Wireshark',
    load: async () => (await import('../gateway/cli/dissector.ts')).registerDissector,
  },
  {
    name: 'simulate',
    summary: 'simulate one terminal or a fleet against a JT/T 808 platform',
    load: async () => (await import('../simulator/cli/index.ts')).registerSimulate,
    texts: async () => (await import('../simulator/cli/help-texts.ts')).HELP_TEXTS,
  },
  {
    name: 'demo',
    summary: 'a gateway and a simulated fleet with incidents, to look at',
    load: async () => (await import('../simulator/cli/demo.ts')).registerDemo,
    texts: async () => (await import('../simulator/cli/help-texts.ts')).HELP_TEXTS,
  },
  {
    name: 'verify',
    summary: 'ledger: received, journalled, acknowledged, delivered to each outlet; gaps listed',
    load: async () => (await import('../gateway/cli/verify.ts')).registerVerify,
  },
  {
    name: 'terminal',
    summary: 'talk to one terminal by serial, TCP or a gateway: parameters, pictures, live traffic, captures',
    load: async () => (await import('../gateway/cli/terminal/terminal.ts')).registerTerminal,
  },
  {
    name: 'commission',
    summary: 'set up and prove a terminal at its vehicle, or remove one; ends in a signed record',
    load: async () => (await import('../gateway/cli/commission/commission.ts')).registerCommission,
  },
  {
    name: 'command',
    summary: 'orders to terminals, by way of a running gateway: send, list, show, approve',
    load: async () => (await import('../gateway/cli/command.ts')).registerCommand,
  },
  {
    name: 'feed',
    summary: 'facts of a platform into a data folder: vehicles, exemptions, work orders, orders, calendar, places',
    load: async () => (await import('../gateway/cli/feed.ts')).registerFeed,
  },
  {
    name: 'registry',
    summary: 'vehicles, terminals and their bindings: import, export, show, life cycle',
    load: async () => (await import('../gateway/cli/registry.ts')).registerRegistry,
  },
  {
    name: 'explain-event',
    summary: 'an event in words: timeline, evidence, rejected explanations, frames',
    load: async () => (await import('../gateway/cli/explain-event.ts')).registerExplainEvent,
  },
  {
    name: 'backtest',
    summary: "what today's detector makes of an old journal, beside what was told then",
    load: async () => (await import('../gateway/cli/backtest.ts')).registerBacktest,
  },
  {
    name: 'evidence',
    summary: 'sealed bundles of what an event rests on: export, verify; check of the event store',
    load: async () => (await import('../gateway/cli/evidence.ts')).registerEvidence,
  },
  {
    name: 'track',
    summary: 'where a terminal was, under an approved grant: GeoJSON, GPX, CSV',
    load: async () => (await import('../gateway/cli/track.ts')).registerTrack,
  },
  {
    name: 'grant',
    summary: 'permission to look at a track: ask for it, let it through, take it back',
    load: async () => (await import('../gateway/cli/grant.ts')).registerGrant,
  },
  {
    name: 'account',
    summary: 'accounts: add, list, disable, rotate',
    load: async () => (await import('../gateway/cli/account.ts')).registerAccount,
  },
  {
    name: 'doctor',
    summary: 'how the configuration stands against graded protection (等级保护 2.0), level three',
    load: async () => (await import('../gateway/cli/doctor.ts')).registerDoctor,
  },
  {
    name: 'audit',
    summary: 'the trail of who did what: whether it is whole, its rows for an auditor',
    load: async () => (await import('../gateway/cli/audit.ts')).registerAudit,
  },
  {
    name: 'journal',
    summary: 'the journal: check the hash chain, follow it, export frames',
    load: async () => (await import('../gateway/cli/journal.ts')).registerJournal,
  },
  {
    name: 'completion',
    summary: 'a script that completes commands and options in bash, zsh or fish',
    load: async () => (await import('../gateway/cli/completion/completion.ts')).registerCompletion,
  },
  {
    name: 'man',
    summary: 'the manual page',
    load: async () => (await import('../gateway/cli/help/man.ts')).registerMan,
  },
];
