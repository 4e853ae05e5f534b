import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import type { Listener } from '../../../gateway/intake/tcp.ts';
import { listenUdp } from '../../../gateway/intake/udp.ts';
import type { Link } from '../../../protocol/index.ts';

const AT = { host: '127.0.0.1', port: 0 };
const LAST = 7;

let listener: Listener | undefined;

afterEach(() => listener?.close());

/** Sends one datagram of `asked` octets; every `answers` is written to its link, then the link is trusted and told `LAST`. */
async function heardBy(asked: number, answers: readonly number[]): Promise<number[]> {
  listener = await listenUdp(AT, (link: Link) => {
    link.open({
      receive() {
        for (const size of answers) link.write(new Uint8Array(size));
        link.trust?.();
        link.write(new Uint8Array(LAST));
      },
      closed() {},
    });
    return true;
  });
  const peer = createSocket('udp4');
  const sizes: number[] = [];
  peer.on('message', (datagram) => sizes.push(datagram.length));
  peer.send(new Uint8Array(asked), listener.port, AT.host);
  while (sizes.at(-1) !== LAST) await once(peer, 'message');
  peer.close();
  return sizes.slice(0, -1);
}

describe('a datagram peer that has proved nothing', () => {
  it('is never sent more octets than it sent, so that a forged source gains nothing', async () => {
    expect(await heardBy(50, [30, 30, 20, 1])).toEqual([30, 20]);
  });

  it('may be sent whatever it needs once it has proved who it is', async () => {
    expect(await heardBy(1, [100])).toEqual([]);
  });
});
