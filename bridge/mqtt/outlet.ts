/** Publishes envelopes at QoS 1: a batch is delivered when the broker has confirmed every one of it. */
import type { Cancel, Clock } from '../../protocol/index.ts';
import type { Envelope, EnvelopeKind } from '../contract/envelope.ts';
import type { GatewayStatus } from '../contract/payloads.ts';
import { DEFAULT_PREFIX, gatewayStatusTopic, topicOf } from '../contract/topics.ts';
import { DeliveryError, type Outlet } from '../outlet.ts';
import type { Publication, Publisher, ResponseAddress } from './channel.ts';
import { MAX_CHARACTER } from './publish-lane.ts';

/** What the outlet publishes over. */
export interface MqttOutletOptions {
  readonly publisher: Publisher;
  readonly clock: Clock;
  /** Name of the gateway, in its status topic. */
  readonly node: string;
  readonly prefix?: string;
  /** All unless said. */
  readonly kinds?: readonly EnvelopeKind[];
  /** Publishes on the way at once; the next waits for a confirmation. */
  readonly window?: number;
  /** Without any confirmation for so long the connection is given up, and the batch is for the pump to deliver again. */
  readonly ackTimeoutMs?: number;
  /** Publishes only what has another gateway's form, in that form. */
  readonly dialect?: 'emqx';
  /** Octets of a payload. A larger one is refused for good: many brokers would end the connection for it, again and again. */
  readonly maxPayloadBytes?: number;
}

const DEFAULT_WINDOW = 64;
const DEFAULT_ACK_TIMEOUT_MS = 30_000;
const DEFAULT_MAX_PAYLOAD_BYTES = 240 * 1024;
/** Envelopes put into words in one turn of the loop, on which others wait. */
const IN_A_TURN = 250;
/** A batch of so many is of an outlet that falls behind: it takes a larger share of a loop that is never at rest. */
const MANY = 1500;
const IN_A_TURN_OF_MANY = 1000;
/** For the farewell when stopping. */
const FAREWELL_MS = 1_000;

/** Payload of a gateway's status topic. */
export function statusPayload(node: string, online: boolean, clock: Clock): string {
  const status: GatewayStatus = { node, online, since: new Date(clock.now()).toISOString() };
  return JSON.stringify(status);
}

interface Outgoing extends Publication {
  readonly response?: ResponseAddress | undefined;
}

/** An outlet over a connection or the embedded broker. Retains states, and says on the status topic whether the gateway is there. */
export function createMqttOutlet(options: MqttOutletOptions): Outlet {
  const { publisher, clock, node, prefix = DEFAULT_PREFIX } = options;
  const {
    window = DEFAULT_WINDOW,
    ackTimeoutMs = DEFAULT_ACK_TIMEOUT_MS,
    maxPayloadBytes = DEFAULT_MAX_PAYLOAD_BYTES,
  } = options;
  const kinds = options.kinds === undefined ? undefined : new Set(options.kinds);
  const statusTopic = gatewayStatusTopic(node, prefix);
  let stopGreeting: (() => void) | undefined;

  const status = (online: boolean): Publication => ({
    topic: statusTopic,
    payload: statusPayload(node, online, clock),
    retain: true,
  });
  const isDeaf = (): boolean => publisher.connected && publisher.deaf === true;

  function prepare(envelope: Envelope): Outgoing {
    const { kind, division, dialect, payload: said } = envelope;
    const payload = JSON.stringify(dialect?.payload ?? said);
    // Most payloads need not be measured.
    if (payload.length * MAX_CHARACTER > maxPayloadBytes && Buffer.byteLength(payload) > maxPayloadBytes) {
      throw new DeliveryError('MQTT_TOO_LARGE', `${said.id}: over ${maxPayloadBytes} octets`, {
        retry: false,
      });
    }
    if (dialect !== undefined) return { topic: dialect.topic, payload, retain: false };
    return {
      topic: topicOf({ division, kind, payload: said }, prefix),
      payload,
      retain: kind === 'state',
      response: envelope.response,
    };
  }

  function deliver(batch: readonly Envelope[], signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      // What nobody hears need not be put into words. States are kept for whoever comes.
      const heard = isDeaf() ? batch.filter(({ kind }) => kind === 'state') : batch;
      const spoken = options.dialect === undefined ? heard : heard.filter(({ dialect }) => dialect !== undefined);
      /** Let go of when it is sent: the collector copies what waits for confirmations. */
      const outgoing: (Outgoing | undefined)[] = [];
      let next = 0;
      let confirmed = 0;
      let over = false;
      let cancel: Cancel = () => undefined;

      function finish(fault?: Error): void {
        if (over) return;
        over = true;
        cancel();
        signal.removeEventListener('abort', abort);
        if (fault === undefined) resolve();
        else reject(fault);
      }
      function abort(): void {
        finish(new DeliveryError('DELIVERY_ABORTED', 'called off', { retry: true }));
      }
      function overdue(): void {
        const detail = `nothing confirmed within ${ackTimeoutMs} ms`;
        finish(new DeliveryError('MQTT_ACK_TIMEOUT', detail, { retry: true }));
        publisher.reset(detail);
      }
      /** From the last confirmation on, checked when it is due: a wake-up for every PUBACK would cost more than the PUBACK. */
      let heardAt = clock.monotonic();
      function watch(): void {
        cancel = clock.wake(heardAt + ackTimeoutMs, () => {
          if (clock.monotonic() - heardAt >= ackTimeoutMs) overdue();
          else watch();
        });
      }
      function settled(fault?: DeliveryError): void {
        if (fault !== undefined) return finish(fault);
        confirmed++;
        heardAt = clock.monotonic();
        return confirmed === outgoing.length ? finish() : send();
      }
      /** All of them before the first is sent: of a batch with one that is too large nothing goes out. */
      function speak(): void {
        if (over) return;
        const turn = spoken.length < MANY ? IN_A_TURN : IN_A_TURN_OF_MANY;
        try {
          for (const envelope of spoken.slice(outgoing.length, outgoing.length + turn)) {
            outgoing.push(prepare(envelope));
          }
        } catch (fault) {
          return finish(fault as DeliveryError);
        }
        if (outgoing.length === spoken.length) return send();
        clock.wake(clock.monotonic(), speak);
      }
      let sending = false;
      /** In the order of the batch, so that a terminal's messages keep theirs. */
      function send(): void {
        // A broker in this process may confirm before `publish` returns: the loop below goes on by itself then.
        if (over || sending) return;
        sending = true;
        while (next < outgoing.length && next - confirmed < window) {
          const publication = outgoing[next] as Outgoing;
          outgoing[next++] = undefined;
          const { response } = publication;
          if (response !== undefined) publisher.respond?.(response, publication.payload);
          publisher.publish(publication, settled);
        }
        sending = false;
      }

      if (signal.aborted) return abort();
      signal.addEventListener('abort', abort, { once: true });
      watch();
      if (spoken.length === 0) return finish();
      return speak();
    });
  }

  /** Says that the gateway is there, and says it again on the next connection when this one does not last. */
  function greet(): void {
    publisher.publish(status(true), () => undefined);
  }

  async function farewell(): Promise<void> {
    await new Promise<void>((resolve) => {
      const cancel = clock.wake(clock.monotonic() + FAREWELL_MS, resolve);
      publisher.publish(status(false), () => {
        cancel();
        resolve();
      });
    });
  }

  return {
    name: 'mqtt',
    get deaf() {
      return isDeaf();
    },
    wants: (envelope) =>
      (kinds === undefined || kinds.has(envelope.kind)) &&
      (options.dialect === undefined || envelope.dialect !== undefined),
    deliver,
    async start() {
      stopGreeting = publisher.onConnected(greet);
    },
    async stop() {
      stopGreeting?.();
      if (publisher.connected) await farewell();
    },
  };
}
