/** What stands between the deframer and a connection. */
import type { PacketSink } from '../../protocol/index.ts';
import { ClearPackets } from './clear-packets.ts';
import type { Connection } from './connection.ts';
import type { IntakeContext } from './context.ts';
import { ExemptPackets } from './exempt-packets.ts';

/** Packets are deciphered, then looked at for vehicles that stay out, then handed on. */
export function packetsFor(connection: Connection, context: IntakeContext): PacketSink {
  const { ciphers, exemptions } = context;
  const admitted = exemptions === undefined ? connection : new ExemptPackets(connection, context, exemptions);
  if (ciphers === undefined) return admitted;
  return new ClearPackets(admitted, ciphers, (encryption) => connection.out.heardEncrypted(encryption));
}
