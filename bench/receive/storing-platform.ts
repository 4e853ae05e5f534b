/**
 * The gateway's intake and its journal on disk, and nothing above: from the moment at which all terminals are online the folds hear
 * no records any more. What it is to receive, store and acknowledge, without judging, delivering or showing anything.
 *
 *     node bench/receive/storing-platform.ts DATA TERMINALS
 */
import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { loadConfig } from '../../gateway/config/load.ts';
import { coreOptions } from '../../gateway/core-options.ts';
import { createCore } from '../../gateway/core.ts';
import { listenTcp } from '../../gateway/intake/tcp.ts';
import { openJournal } from '../../gateway/journal/open-journal.ts';
import { journalPath } from '../../gateway/journal/sqlite-schema.ts';
import { openSigner } from '../../gateway/journal/signing-key.ts';
import { sqliteStorage } from '../../gateway/journal/sqlite-storage.ts';
import { forgetfulStore } from '../detect/forgetful-store.ts';
import { clock } from '../load/clock.ts';

const [data = '', terminals = ''] = process.argv.slice(2);
const NOTHING = new Uint8Array(0);
const loaded = loadConfig({ env: {}, flags: {} });
if ('faults' in loaded) throw new Error('the settings as they come are refused');
mkdirSync(data, { recursive: true });
const journal = await openJournal({
  storage: sqliteStorage({ path: journalPath(data), limitBytes: 0, now: clock.now() }),
  clock,
  signer: openSigner(data),
});
let allOnline = false;
const subscribe = journal.subscribe.bind(journal);
journal.subscribe = ({ committed, ...changes }) =>
  subscribe({
    ...changes,
    committed: (batch) => committed?.(allOnline ? { ...batch, count: 0, body: NOTHING } : batch),
  });
const core = await createCore(
  {
    clock,
    secret: randomBytes,
    journal,
    store: forgetfulStore(),
    mediaDisk: { keep: async () => true, days: async () => [], remove: async () => {} },
  },
  { ...coreOptions(loaded.config), maxConnections: Number(terminals) + 100, mayEnrol: () => true, probes: false },
);
const listener = await listenTcp({ host: '127.0.0.1', port: 0 }, (link) => {
  core.intake.accept(link, 'tcp');
});
process.stdout.write(`ready ${JSON.stringify({ jt808: `127.0.0.1:${listener.port}` })}\n`);
const look = setInterval(() => {
  if (core.counters.authentications < Number(terminals)) return;
  allOnline = true;
  clearInterval(look);
}, 100);
process.on('SIGTERM', () => process.exit(0));
