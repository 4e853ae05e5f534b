import { execFile } from 'node:child_process';
import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { eventsPath, openEventsForWriting } from '../../../gateway/events/store/event-schema.ts';
import type { Journal } from '../../../gateway/journal/journal.ts';
import { openJournal } from '../../../gateway/journal/open-journal.ts';
import type { RecordInput } from '../../../gateway/journal/record.ts';
import { openSigner, privateKeyPath } from '../../../gateway/journal/signing-key.ts';
import { openJournalFile } from '../../../gateway/journal/sqlite-file.ts';
import { journalPath } from '../../../gateway/journal/sqlite-schema.ts';
import { sqliteStorage } from '../../../gateway/journal/sqlite-storage.ts';
import { encodeFrame, unescapeInto } from '../../../protocol/index.ts';
import { frame, tempDir, wallClock } from '../journal/support.ts';

const BIN = join(import.meta.dirname, '../../../bin/xingji.ts');

const xingji = (...args: string[]): ReturnType<typeof run> => run('journal', ...args);

function run(...args: string[]): Promise<{ code: number; out: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [BIN, ...args], (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), out: stdout + stderr });
    });
  });
}

/** A heartbeat as the terminal sends it, and as the journal keeps it. */
function heartbeat(phone: string, serial: number): { wire: Uint8Array; record: RecordInput } {
  const wire = encodeFrame({ id: 0x0002, revision: 2013, phone, serial, body: new Uint8Array(0) });
  const b = new Uint8Array(wire.length);
  const end = unescapeInto(wire, 1, wire.length - 1, b, 0) - 1;
  return { wire, record: { ...frame(phone.replace(/^0+/, ''), ''), b, start: 0, end } };
}

const beats = [
  heartbeat('013900000001', 1),
  heartbeat('013900000002', 0x7e),
  heartbeat('013900000001', 2),
  heartbeat('013900000002', 3),
];

/** A journal of four heartbeats, one of them a dead letter, that is still open. */
async function running(): Promise<{ data: string; journal: Journal }> {
  const data = tempDir();
  const storage = sqliteStorage({ path: journalPath(data), limitBytes: 0, now: 1000 });
  const journal = await openJournal({ storage, clock: wallClock, signer: openSigner(data) });
  onTestFinished(() => journal.close());
  for (const { record } of beats) {
    await new Promise<void>((resolve) => {
      journal.append(record, { committed: () => resolve(), refused: () => {} }, 0);
    });
  }
  await journal.bury({ reader: 'outlet:influx', seq: 2, id: 'n-2', reason: 'TEST_REJECTED: no such field', at: 0 });
  return { data, journal };
}

describe('xingji journal letters', () => {
  it('lists what an outlet would not take, and has it sent again by a gateway that runs', async () => {
    const { data, journal } = await running();
    const listed = await xingji('letters', 'list', '--data', data, '--json');
    expect(JSON.parse(listed.out)).toMatchObject({ outlet: 'influx', seq: 2, id: 'n-2' });
    expect(await journal.wanted('outlet:influx', 10)).toEqual([]);
    const resent = await xingji('letters', 'resend', '--data', data, '--outlet', 'influx');
    expect(resent).toEqual({ code: 0, out: '1 letter to be sent again\n' });
    expect(await journal.wanted('outlet:influx', 10)).toMatchObject([{ seq: 2, id: 'n-2' }]);
  });

  it('says where there is none of that name', async () => {
    const { data } = await running();
    const { code, out } = await xingji('letters', 'resend', '--data', data, '--outlet', 'influx', '--id', 'x');
    expect([code, out]).toEqual([1, '0 letters to be sent again\n']);
  });

  it('names the outlets that there are where it is given another', async () => {
    const { data } = await running();
    const { code, out } = await xingji('letters', 'resend', '--data', data, '--outlet', 'inflx');
    expect([code, out]).toEqual([1, 'inflx: there is no outlet of that name; there are influx\n']);
  });
});

describe('xingji journal backup', () => {
  it('copies a journal beside its gateway, whole, and overwrites nothing', async () => {
    const { data, journal } = await running();
    const copy = join(tempDir(), 'copy.db');
    const taken = await xingji('backup', '--data', data, '-o', copy);
    expect(taken.out).toMatch(/^4 records in 4 batches, \d+ octets: whole\n$/);
    expect(taken.code).toBe(0);
    const file = openJournalFile(copy);
    onTestFinished(() => file.close());
    expect(file.identity.id).toBe(journal.id);
    expect(file.letters(0, 9)).toHaveLength(1);
    expect((await xingji('backup', '--data', data, '-o', copy)).code).toBe(1);
  });

  it('says of a damaged journal that it is damaged, and not that the copy cannot be written', async () => {
    const { data, journal } = await running();
    await journal.close();
    const path = journalPath(data);
    const octets = readFileSync(path);
    // All but the first two pages, which say what is in the file.
    octets.fill(0x41, 2 * 4096);
    writeFileSync(path, octets);
    const { code, out } = await xingji('backup', '--data', data, '-o', join(tempDir(), 'copy.db'));
    expect([code, out]).toEqual([1, expect.stringContaining(`DATA_UNREADABLE: The journal file is damaged`)]);
  });
});

describe('xingji journal verify', () => {
  it('says up to where the gateway has signed', async () => {
    const { data, journal } = await running();
    await journal.close();
    expect(await xingji('verify', '--data', data)).toEqual({
      code: 0,
      out: 'signed up to record 4\n4 records in 4 batches: whole\n',
    });
  });

  it('takes a public key that was kept elsewhere, and names what it did not sign', async () => {
    const { data, journal } = await running();
    await journal.close();
    const other = tempDir();
    openSigner(other);
    const { code, out } = await xingji('verify', '--data', data, '--public-key', join(other, 'keys/journal.pub'));
    expect(out).toMatch(/^record(s)? 1(–1)?: forged/);
    expect(code).toBe(1);
  });
});

describe('a journal that this user may not read', () => {
  it('is not said to be missing', async () => {
    const { data, journal } = await running();
    await journal.close();
    chmodSync(data, 0o000);
    onTestFinished(() => chmodSync(data, 0o700));
    // Root may read everything: somebody else looks then.
    const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
    const said = await new Promise((resolve) => {
      execFile(process.execPath, [BIN, 'verify', '--data', data], nobody, (error, _, stderr) => {
        resolve([error?.code, stderr]);
      });
    });
    const path = journalPath(data);
    expect(said).toEqual([1, `DATA_FORBIDDEN: This user may not read the data folder. ${path}\n`]);
  });
});

describe('xingji evidence check', () => {
  it('says in a line that a key cannot be read', async () => {
    const data = tempDir();
    openEventsForWriting(eventsPath(data)).close();
    const key = join(data, 'no.pub');
    const said = await run('evidence', 'check', '--data', data, '--public-key', key);
    expect(said).toEqual({ code: 1, out: `DATA_KEY: The key that signs the journal cannot be read. ${key}\n` });
  });
});

describe('xingji journal export', () => {
  it('gives one form at a time', async () => {
    const { data } = await running();
    const { code, out } = await xingji('export', '--data', data, '--hex', '--pcapng');
    expect([code, out]).toEqual([2, expect.stringContaining("'--pcapng' cannot be used with option '--hex'")]);
  });
});

describe('xingji journal replay', () => {
  it('sends every frame as it came, each terminal on its own connection, in order', async () => {
    const { data } = await running();
    const heard: Buffer[] = [];
    const server = createServer((socket) => {
      const at = heard.push(Buffer.alloc(0)) - 1;
      socket.on('data', (octets) => (heard[at] = Buffer.concat([heard[at]!, octets])));
      socket.on('end', () => socket.end());
    });
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as { port: number };
    const { code, out } = await xingji('replay', '--data', data, '--target', `tcp://127.0.0.1:${port}`);
    expect([code, out]).toEqual([0, '4 frames sent, 0 octets came back\n']);
    const wires = (indexes: number[]): string =>
      Buffer.concat(indexes.map((i) => Buffer.from(beats[i]!.wire))).toString('hex');
    expect(heard.map((octets) => octets.toString('hex')).toSorted()).toEqual([wires([0, 2]), wires([1, 3])].toSorted());
  });

  it('makes a data folder with states and tracks of its own', async () => {
    const { data } = await running();
    const into = join(tempDir(), 'again');
    const { code, out } = await xingji('replay', '--data', data, '--into', into);
    expect([code, out]).toEqual([0, `4 records, 2 terminals in ${into}\n`]);
    expect((await xingji('replay', '--data', data, '--into', into)).code).toBe(1);
    // Its gateway goes on with the same key: under another what is signed already would pass for a forgery.
    expect(openSigner(into).key).toBe(openSigner(data).key);
    expect((await xingji('verify', '--data', into)).out).not.toContain('forged');
    expect(statSync(privateKeyPath(into)).mode & 0o777).toBe(0o600);
  });

  it('counts no frame as sent that nobody took', async () => {
    const { data } = await running();
    const server = createServer();
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    await new Promise((resolve) => void server.close(resolve));
    const { code, out } = await xingji('replay', '--data', data, '--target', `tcp://127.0.0.1:${port}`);
    expect(code).toBe(1);
    expect(out).toContain('0 frames sent, 4 not, 0 octets came back\n');
    expect(out).toContain('ECONNREFUSED');
  });

  it('wants one of the two, and a rate at which it would end', async () => {
    const { data } = await running();
    expect((await xingji('replay', '--data', data)).code).toBe(2);
    const still = await xingji('replay', '--data', data, '--target', 'tcp://127.0.0.1:9', '--rate', '0');
    expect([still.code, still.out]).toEqual([2, expect.stringContaining('Expected a whole number from 1.')]);
  });
});
