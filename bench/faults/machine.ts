/** What a fault needs of the machine and not every account may have: a small disk, and a network that can be cut. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

function run(command: string): boolean {
  const [program, ...args] = command.split(' ');
  try {
    execFileSync(program!, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** A disk in memory that can be filled to the last octet, and freed. */
export class SmallDisk {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  /** Undefined where this account may not mount. */
  static mount(mebibytes: number): SmallDisk | undefined {
    const path = mkdtempSync(join(tmpdir(), 'xingji-disk-'));
    if (run(`mount -t tmpfs -o size=${mebibytes}m tmpfs ${path}`)) return new SmallDisk(path);
    rmdirSync(path);
    return undefined;
  }

  get #ballast(): string {
    return join(this.path, 'ballast');
  }

  /** Takes whatever is left, while somebody else may be taking it too. */
  fill(): void {
    const { bavail, bsize } = statfsSync(this.path);
    try {
      writeFileSync(this.#ballast, Buffer.alloc(bavail * bsize));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    }
  }

  free(): void {
    rmSync(this.#ballast, { force: true });
  }

  unmount(): void {
    run(`umount ${this.path}`);
    rmdirSync(this.path);
  }
}

/** A network namespace with one wire to this machine: what runs within it can be cut off without being told. */
export class Namespace {
  /** Our end of the wire. */
  readonly host: string;
  /** A command's beginning that runs the rest within. */
  readonly within: readonly string[];
  readonly #name: string;
  readonly #wire: string;

  private constructor(name: string, wire: string, host: string) {
    this.#name = name;
    this.#wire = wire;
    this.host = host;
    this.within = ['ip', 'netns', 'exec', name];
  }

  /** Undefined where this account may not make one. */
  static make(): Namespace | undefined {
    const number = process.pid % 200;
    const name = `xingji-${process.pid}`;
    const [wire, far] = [`xj${process.pid}`, `xf${process.pid}`];
    const net = `10.231.${number}`;
    if (!run(`ip netns add ${name}`)) return undefined;
    const namespace = new Namespace(name, wire, `${net}.1`);
    const made =
      run(`ip link add ${wire} type veth peer name ${far}`) &&
      run(`ip link set ${far} netns ${name}`) &&
      run(`ip addr add ${net}.1/30 dev ${wire}`) &&
      run(`ip link set ${wire} up`) &&
      run(`ip netns exec ${name} ip addr add ${net}.2/30 dev ${far}`) &&
      run(`ip netns exec ${name} ip link set ${far} up`);
    if (made) return namespace;
    namespace.remove();
    return undefined;
  }

  cut(): void {
    run(`ip link set ${this.#wire} down`);
  }

  mend(): void {
    run(`ip link set ${this.#wire} up`);
  }

  remove(): void {
    run(`ip link del ${this.#wire}`);
    run(`ip netns del ${this.#name}`);
  }
}
