/**
 * How far the trail goes, kept apart from it in `<trail>.head`, so that rows taken off its end are missed: the last place, signed,
 * in one of two slots of 256 octets in turn. A write that was cut off spoils one; the other still says where the trail was before.
 */
import { type FileHandle, open, readFile } from 'node:fs/promises';
import type { SignedEnd } from './chain.ts';

const SLOT = 256;
const FORM = /^\{"n":(\d{1,15}),"hash":"([0-9a-f]{64})","sig":"([\w-]{86})"\} *\n$/;

export function headPath(trail: string): string {
  return `${trail}.head`;
}

export interface HeadFile {
  /** What it said when it was opened. */
  readonly last: SignedEnd | undefined;
  /** Resolves when it is on disk. */
  write(end: SignedEnd): Promise<void>;
  close(): Promise<void>;
}

function parse(slot: string): SignedEnd | undefined {
  const [, n, hash, sig] = FORM.exec(slot) ?? [];
  if (n === undefined || hash === undefined || sig === undefined) return undefined;
  return { n: Number(n), hash: Buffer.from(hash, 'hex'), signature: Buffer.from(sig, 'base64url') };
}

function slotsOf(text: string): readonly (SignedEnd | undefined)[] {
  return [parse(text.substring(0, SLOT)), parse(text.substring(SLOT, 2 * SLOT))];
}

function newest([a, b]: readonly (SignedEnd | undefined)[]): SignedEnd | undefined {
  return a === undefined || (b !== undefined && b.n > a.n) ? b : a;
}

/** How far the trail went when its head was written last; undefined where nothing says so. */
export async function readHead(trail: string): Promise<SignedEnd | undefined> {
  try {
    return newest(slotsOf(await readFile(headPath(trail), 'latin1')));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

export async function openHead(trail: string): Promise<HeadFile> {
  // Made where there is none, its content kept.
  await (await open(headPath(trail), 'a', 0o600)).close();
  const file: FileHandle = await open(headPath(trail), 'r+');
  const slots = slotsOf(await file.readFile('latin1'));
  const last = newest(slots);
  let slot = last !== undefined && last === slots[0] ? 1 : 0;
  return {
    last,
    async write({ n, hash, signature }) {
      const said = `{"n":${n},"hash":"${Buffer.from(hash).toString('hex')}","sig":"${Buffer.from(signature).toString('base64url')}"}`;
      await file.write(`${said.padEnd(SLOT - 1)}\n`, slot * SLOT, 'latin1');
      await file.datasync();
      slot = 1 - slot;
    },
    close: () => file.close(),
  };
}
