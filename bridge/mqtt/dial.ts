/** A socket to an MQTT broker. */
import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

/** PEM: the broker's authority, and our certificate and key where it asks for them. */
export interface BrokerTls {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

const PORT = 1883;
const TLS_PORT = 8883;

/** Begins to connect; errors come as events of the socket. TLS for `mqtts`, and wherever we have a certificate to show. */
export function dial(url: URL, tls: BrokerTls = {}): Socket {
  // An address of version 6 stands in brackets there.
  const host = url.hostname.replace(/^\[|\]$/g, '');
  // A batch is one write: its end need not wait for the broker to have taken the beginning.
  const noDelay = { noDelay: true };
  if (url.protocol !== 'mqtts:' && tls.cert === undefined) {
    return connect({ host, port: Number(url.port || PORT), ...noDelay });
  }
  const servername = isIP(host) === 0 ? { servername: host } : {};
  return connectTls({ host, port: Number(url.port || TLS_PORT), ...noDelay, ...servername, ...tls });
}
