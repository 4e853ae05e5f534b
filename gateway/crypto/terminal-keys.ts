/**
 * Public RSA keys that terminals have told (0x0A00), the newest of each.
 *
 * Bound: one key of 132 octets a registered terminal.
 */
import {
  codecFor,
  IGNORE_QUIRKS,
  newHeader,
  ProtocolError,
  readHeader,
  type RsaPublicKey,
} from '../../protocol/index.ts';
import type { Fold } from '../fold/fold.ts';
import type { Snapshotted } from '../fold/snapshots.ts';
import { RECORD_KIND } from '../journal/record.ts';
import type { RecordView } from '../journal/record-view.ts';

const KEY = 0x0a00;

export class TerminalKeys implements Fold, Snapshotted {
  readonly kind = 'rsaKey';
  readonly #keys = new Map<string, RsaPublicKey>();
  readonly #changed: (terminal: string) => void;
  readonly #header = newHeader();

  /** `changed` hears of every terminal whose snapshot differs now. */
  constructor(changed: (terminal: string) => void) {
    this.#changed = changed;
  }

  get(terminal: string): RsaPublicKey | undefined {
    return this.#keys.get(terminal);
  }

  apply({ kind, terminal, b, payloadStart, payloadEnd }: RecordView): void {
    if (kind !== RECORD_KIND.frame || b[payloadStart] !== KEY >> 8 || b[payloadStart + 1] !== (KEY & 0xff)) return;
    const header = this.#header;
    if (terminal === '' || readHeader(b, payloadStart, payloadEnd, header) !== undefined) return;
    if (header.encryption !== 0 || header.total > 1) return;
    try {
      const { e, n } = codecFor(KEY, header.flagged ? 2019 : 2013).decode(
        b,
        header.bodyAt,
        header.bodyEnd,
        IGNORE_QUIRKS,
      );
      this.#keys.set(terminal, { e, n });
      this.#changed(terminal);
    } catch (error) {
      // A 0x0A00 that is none was answered as such; the key before it stays.
      if (!(error instanceof ProtocolError)) throw error;
    }
  }

  snapshot(terminal: string): string | null {
    const key = this.#keys.get(terminal);
    return key === undefined ? null : JSON.stringify({ e: key.e, n: Buffer.from(key.n).toString('base64') });
  }

  restore(terminal: string, value: string): void {
    const { e, n } = JSON.parse(value) as { readonly e: number; readonly n: string };
    this.#keys.set(terminal, { e, n: new Uint8Array(Buffer.from(n, 'base64')) });
  }
}
