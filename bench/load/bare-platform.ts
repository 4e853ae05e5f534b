/**
 * The least that a platform can be: acknowledges every message as soon as it is read, remembers nothing, writes nothing
 * down. What a gateway costs above this is its own.
 */
import { type AddressInfo, createServer, type Socket } from 'node:net';
import {
  addressOf,
  Deframer,
  MAX_FRAME,
  newHeader,
  type Outgoing,
  readHeader,
  writeFrame,
} from '../../protocol/index.ts';

const header = newHeader();
const CODE = [0x43, 0x4f, 0x44, 0x45];
/** Answers to one chunk, joined into one write. */
const out = Buffer.alloc(1 << 20);
const answer: Outgoing = { id: 0, serial: 0, encryption: 0, total: 0, number: 0, body: out, start: 0, end: 0 };

function bodyFor(): Uint8Array {
  const { id, serial } = header;
  const head = [serial >> 8, serial & 0xff];
  return Uint8Array.from(id === 0x0100 ? [...head, 0, ...CODE] : [...head, id >> 8, id & 0xff, 0]);
}

function serve(socket: Socket): void {
  const deframer = new Deframer();
  let serial = 0;
  socket.setNoDelay(true);
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk) => {
    let size = 0;
    deframer.feed(chunk, {
      packet: (b, start, end) => {
        if (readHeader(b, start, end, header) !== undefined || size > out.length - MAX_FRAME) return;
        answer.id = header.id === 0x0100 ? 0x8100 : 0x8001;
        answer.serial = serial;
        serial = (serial + 1) & 0xffff;
        answer.body = bodyFor();
        answer.end = answer.body.length;
        size = writeFrame(addressOf(b, header), answer, out, size);
      },
      fault: () => undefined,
    });
    if (size > 0) socket.write(Buffer.from(out.subarray(0, size)));
  });
}

const server = createServer(serve);
server.listen(0, '127.0.0.1', 4096, () => {
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`ready ${JSON.stringify({ jt808: `127.0.0.1:${port}` })}\n`);
});
process.on('SIGTERM', () => process.exit(0));
