/** A gateway between a fleet and its outlets, all real and all ours to harm, and the account of what came of it. */
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { connectAsync, type MqttClient } from 'mqtt';
import type { Random } from '../../protocol/index.ts';
import { runXingji } from '../../tests/support/gateway.ts';
import { freePort, influxd, mosquitto, type RunningServer, victoriaMetrics } from '../../tests/real/support/servers.ts';
import { type Account, judge } from './account.ts';
import { FleetChild, GatewayChild } from './child.ts';
import { Deliveries, keyOf } from './deliveries.ts';
import { held } from './held.ts';
import type { HostFaults } from './host-faults.ts';
import { Namespace, SmallDisk } from './machine.ts';
import { retell } from './retold.ts';
import { prepareStore, storedPositions, type StoreName, storeOptions } from './stores.ts';
import { Tap } from './tap.ts';

export interface StagePlan {
  /** `embedded`: the gateway's own, and a subscriber on it; else mosquitto behind a tap. */
  readonly broker: 'embedded' | 'mosquitto';
  readonly store: StoreName;
  readonly terminals: number;
  /** The data folder lies on a small disk of its own. */
  readonly smallDisk?: boolean;
  /** Processes that share the terminals; one unless given. */
  readonly workers?: number;
  /** The fleet runs behind a wire that can be cut. */
  readonly namespace?: boolean;
}

/** The machine does not let us make what the plan needs. */
export class NotPermitted extends Error {}

const SMALL_DISK_MIB = 256;
const CATCH_UP = '90s';
const RSS_EVERY_MS = 250;

export class Stage {
  gateway!: GatewayChild;
  broker: RunningServer | undefined;
  store!: RunningServer;
  tap: Tap | undefined;
  disk: SmallDisk | undefined;
  namespace: Namespace | undefined;
  readonly taken = new Deliveries();
  readonly #plan: StagePlan;
  readonly #broken: string;
  readonly #folder = mkdtempSync(join(tmpdir(), 'xingji-faults-'));
  readonly #ledger = join(this.#folder, 'ledger.jsonl');
  readonly #hostFaults = join(this.#folder, 'host.json');
  #serve: readonly string[] = [];
  #data = join(this.#folder, 'data');
  #fleet: FleetChild | undefined;
  #subscriber: MqttClient | undefined;
  #rss = { first: Number.NaN, most: 0 };
  #watch: NodeJS.Timeout | undefined;

  private constructor(plan: StagePlan, broken: string) {
    this.#plan = plan;
    this.#broken = broken;
  }

  /**
   * Everything runs and the first reports have arrived when it resolves. Throws NotPermitted.
   * @param broken the entry of `BROKEN` by which the gateway is to fail; one that keeps its promise unless given.
   */
  static async open(plan: StagePlan, broken = ''): Promise<Stage> {
    const stage = new Stage(plan, broken);
    try {
      await stage.#open();
    } catch (error) {
      await stage.close();
      throw error;
    }
    return stage;
  }

  async #open(): Promise<void> {
    const { broker, store, terminals, smallDisk, namespace, workers = 1 } = this.#plan;
    if (smallDisk === true) {
      this.disk = SmallDisk.mount(SMALL_DISK_MIB);
      if (this.disk === undefined) throw new NotPermitted('mounting a tmpfs');
      this.#data = join(this.disk.path, 'data');
    }
    if (namespace === true) {
      this.namespace = Namespace.make();
      if (this.namespace === undefined) throw new NotPermitted('making a network namespace');
    }
    this.store = store === 'influxd' ? await influxd() : await victoriaMetrics();
    await prepareStore(store, this.store.port);
    const jt808 = `${this.namespace?.host ?? '127.0.0.1'}:${await freePort()}`;
    const outlets = storeOptions(store, this.store.port);
    if (broker === 'mosquitto') {
      this.broker = await mosquitto();
      this.tap = await Tap.open(this.broker.port, this.taken);
      outlets.push('--mqtt-url', `mqtt://127.0.0.1:${this.tap.port}`);
    }
    const addresses = [
      '--workers',
      String(workers),
      '--jt808',
      jt808,
      '--mqtt',
      '127.0.0.1:0',
      '--http',
      '127.0.0.1:0',
    ];
    this.#serve = ['--data', this.#data, ...addresses, ...outlets, '--enrolment', 'open', '--log-level', 'warn'];
    this.hostFaults({ clockStepMs: 0, commitMs: 0 });
    this.gateway = await GatewayChild.start(this.#serve, this.#hostFaults, this.#broken);
    if (broker === 'embedded') await this.#subscribe();
    const within = this.namespace?.within ?? [];
    this.#fleet = new FleetChild({ target: `tcp://${jt808}`, terminals, ledger: this.#ledger, within });
    await this.until(() => this.taken.ids.size >= terminals, 'the first reports');
    this.#rss = { first: this.gateway.rss, most: this.gateway.rss };
    this.#watch = setInterval(() => {
      const now = this.gateway.rss;
      if (now > this.#rss.most) this.#rss.most = now;
    }, RSS_EVERY_MS);
  }

  /** From now on, on the gateway's machine. */
  hostFaults(faults: HostFaults): void {
    // Whole or not at all: its processes read it at any time.
    writeFileSync(`${this.#hostFaults}.new`, JSON.stringify(faults));
    renameSync(`${this.#hostFaults}.new`, this.#hostFaults);
  }

  /** SIGKILL, and again a gateway on the same folder and port. */
  async killGateway(): Promise<void> {
    await this.gateway.end('SIGKILL');
    this.gateway = await GatewayChild.start(this.#serve, this.#hostFaults, this.#broken);
  }

  /** SIGKILL of one worker; resolves when another has come in its place. */
  async killWorker(random: Random): Promise<void> {
    const before = this.gateway.workers;
    const victim = before[random.int(0, before.length - 1)]!;
    process.kill(victim, 'SIGKILL');
    await this.until(() => {
      const now = this.gateway.workers;
      return now.length === before.length && !now.includes(victim);
    }, 'a new worker');
  }

  async until(fits: () => boolean, what: string): Promise<void> {
    const deadline = performance.now() + 60_000;
    while (!fits()) {
      if (performance.now() > deadline) throw new Error(`waited in vain for ${what}`);
      await delay(50);
    }
  }

  /** The fleet comes to rest, the outlets catch up, the gateway ends in order: what is there, and what is missing. */
  async account(): Promise<Account> {
    const { made, acknowledged, latency } = await this.#fleet!.settle();
    const settled = performance.now();
    const verify = await runXingji(['verify', '--data', this.#data, '--wait', CATCH_UP]);
    const drainSeconds = (performance.now() - settled) / 1000;
    clearInterval(this.#watch);
    const journal = held(this.#data);
    const stored = await storedPositions(this.#plan.store, this.store.port);
    const told = readFileSync(this.#ledger, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as { terminal: string; time: string })
      .map(({ terminal, time }) => keyOf(terminal, time));
    const exit = await this.gateway.end('SIGTERM');
    this.hostFaults({ clockStepMs: 0, commitMs: 0 });
    const retold = await retell(this.#data, this.#folder, this.#hostFaults, this.taken);
    return judge({
      told,
      unanswered: made - acknowledged,
      journal,
      taken: this.taken,
      stored,
      retold,
      verified: verify.code === 0 ? undefined : verify.stdout,
      exit,
      lastWords: exit === 0 ? '' : this.gateway.lastWords,
      p99Ms: latency.p99,
      drainSeconds,
      growth: this.#rss.most - this.#rss.first,
    });
  }

  /** Ends and removes whatever is left. */
  async close(): Promise<void> {
    clearInterval(this.#watch);
    this.#fleet?.kill();
    this.tap?.close();
    await this.#subscriber?.endAsync(true);
    // Undefined where it never came up.
    await (this.gateway as GatewayChild | undefined)?.end('SIGKILL');
    await this.broker?.remove();
    await (this.store as RunningServer | undefined)?.remove();
    this.namespace?.remove();
    this.disk?.unmount();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #subscribe(): Promise<void> {
    const { url, username, password } = this.gateway.ready.mqtt;
    this.#subscriber = await connectAsync(url, { username: username!, password: password!, reconnectPeriod: 200 });
    this.#subscriber.on('error', () => {});
    this.#subscriber.on('message', (topic, payload) => {
      this.taken.offered(topic, payload);
      this.taken.took(topic, payload);
    });
    await this.#subscriber.subscribeAsync('xingji/v1/+/+/+/+/+', { qos: 1 });
  }
}
