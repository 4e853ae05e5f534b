/** Serial ports of the library that gateway and simulator share, and what it gets wrong about those that are pulled out. */

/** A port of `serialport` on Linux or macOS, as far as it reads. */
interface PolledPort<B> {
  /** Null once it was closed. */
  readonly fd: number | null;
  /** Says once that there is something to read, or why there never will be. */
  readonly poller: { once(event: 'readable', tell: (error: Error | null) => void): unknown };
  read(room: B, offset: number, length: number): Promise<{ buffer: B; bytesRead: number }>;
}

/** `read(2)`: rejects with `EAGAIN` where nothing has come yet. */
type ReadDevice<B> = (
  fd: number,
  room: B,
  offset: number,
  length: number,
  position: null,
) => Promise<{ bytesRead: number }>;

/**
 * Makes a port that was just opened end when its device is pulled out.
 *
 * Linux answers reads of such a device with nothing, at once and for ever. The library takes that for "not yet" and asks
 * again without an end (serialport/bindings-cpp#162): a processor is held, memory grows, and the port is never said to be
 * closed. Here nothing means gone; a device that is there and silent answers `EAGAIN`.
 */
export function endWhenGone<B>(port: PolledPort<B>, readDevice: ReadDevice<B>): void {
  port.read = async (buffer, offset, length) => {
    for (;;) {
      const bytesRead = await readOf(() => readDevice(descriptorOf(port), buffer, offset, length, null));
      if (bytesRead === 0) throw new Error('unplugged');
      if (bytesRead !== undefined) return { buffer, bytesRead };
      // It may have been closed while it was read: its poller is freed then, and to ask it ends the process.
      descriptorOf(port);
      await readable(port);
    }
  };
}

/** Octets that were read; undefined where nothing has come yet. */
async function readOf(read: () => Promise<{ bytesRead: number }>): Promise<number | undefined> {
  try {
    return (await read()).bytesRead;
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === 'EAGAIN' || code === 'EINTR') return undefined;
    throw error;
  }
}

/** Throws where the port was closed; `canceled` is how the library knows that it did that itself. */
function descriptorOf({ fd }: Pick<PolledPort<never>, 'fd'>): number {
  if (fd === null) throw Object.assign(new Error('the port is closed'), { canceled: true });
  return fd;
}

function readable({ poller }: Pick<PolledPort<never>, 'poller'>): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  poller.once('readable', (error) => (error === null ? resolve() : reject(error)));
  return promise;
}
