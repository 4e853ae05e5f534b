/** The embedded broker's gate: who gets in, under which client id, with which session, and who is barred. */
import type { Socket } from 'node:net';
import type { Client } from 'aedes';
import type { Clock } from '../../protocol/index.ts';
import type { Account } from './acl.ts';
import { certificateOf } from './certificate.ts';
import type { BrokerLimits } from './limits.ts';
import { Offences } from './offences.ts';

/** What a client shows of itself: a name with a password, or a certificate, with or without a name. */
export interface Credentials {
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** Of one that the authorities of the listener signed: SHA-256, hexadecimal, lower case. */
  readonly certificate?: string | undefined;
}

/** Who this is; undefined when the password is wrong, the account unknown, disabled or expired, or the certificate nobody's or another's. */
export type Authenticate = (credentials: Credentials) => Account | undefined | Promise<Account | undefined>;

/** What is known of a client beside what aedes knows. */
interface Guest {
  readonly account: Account;
  /** Whom offences are counted against: the account at its address, as client ids are free to choose. */
  readonly who: string;
  /** The certificate that opened the connection in place of a password. */
  readonly certificate: string | undefined;
  /** Whether its session outlives the connection. */
  readonly persistent: boolean;
  /** Undefined while the session is away. */
  client: Client | undefined;
}

const CLIENT_ID = /^[\x21-\x7e]{1,128}$/;
const MINUTE_MS = 60_000;
/** Clients whose offences are remembered. */
const REMEMBERED = 1024;
/** Times that a subscriber may hold up the others. */
const SLOW_TOLERATED = 2;
/** MQTT 3.1.1 §3.2.2.3. */
const CONNACK = { badClientId: 2, unavailable: 3, badLogin: 4 } as const;

function refusal(returnCode: number, message: string): Error & { returnCode: number } {
  return Object.assign(new Error(message), { returnCode });
}

export interface Gate {
  /** Rejects with the return code of the CONNACK. */
  login(client: Client, username: string | undefined, password: Uint8Array | undefined): Promise<void>;
  /** The account of a client that is, or was until now, connected. */
  accountOf(client: Client | null): Account | undefined;
  accountById(clientId: string): Account | undefined;
  /** The connection is over. */
  left(client: Client): void;
  /** It did what it may not; the last time that is tolerated ends its connection. */
  offend(client: Client): void;
  /** It held up the others until it was disconnected. */
  slow(client: Client): void;
  /** Ends the connections and sessions of an account. Returns how many connections. */
  disconnect(account: string): number;
  /** Ends the connections that a certificate opened; their sessions stay. */
  disconnectCertificate(certificate: string): void;
  readonly counts: { readonly clients: number; readonly loginsRefused: number; readonly barred: number };
}

/** @param forget ends a session in the store. */
export function createGate(
  authenticate: Authenticate,
  limits: BrokerLimits,
  clock: Clock,
  forget: (id: string) => void,
): Gate {
  const bounds = { windowMs: MINUTE_MS, banMs: MINUTE_MS, remembered: REMEMBERED };
  const offences = new Offences(clock, { ...bounds, tolerated: limits.offences });
  const slowness = new Offences(clock, { ...bounds, tolerated: SLOW_TOLERATED });
  /** By client id; of those that are away, the longest away first. */
  const guests = new Map<string, Guest>();
  let loginsRefused = 0;
  let barred = 0;

  function note(kind: Offences, who: string): boolean {
    const last = kind.note(who);
    if (last) barred++;
    return last;
  }

  /** Makes room for one more session of the account. False when all of them are connected. */
  function makeRoom(account: Account): boolean {
    const own = [...guests].filter(([, guest]) => guest.persistent && guest.account.name === account.name);
    if (own.length < limits.sessionsPerAccount) return true;
    const away = own.find(([, guest]) => guest.client === undefined);
    if (away === undefined) return false;
    guests.delete(away[0]);
    forget(away[0]);
    return true;
  }

  async function login(client: Client, username: string | undefined, password: Uint8Array | undefined): Promise<void> {
    const socket = client.conn as Socket;
    const certificate = certificateOf(socket);
    const who = `${username ?? certificate ?? ''}@${socket.remoteAddress ?? 'unknown'}`;
    if (offences.barred(who) || slowness.barred(who)) throw refusal(CONNACK.unavailable, 'barred for a while');
    if (!CLIENT_ID.test(client.id))
      throw refusal(CONNACK.badClientId, 'client id is not printable ASCII of up to 128 characters');
    const secret = password === undefined ? undefined : Buffer.from(password).toString('utf8');
    const nothing = certificate === undefined && (username === undefined || secret === undefined);
    const account = nothing ? undefined : await authenticate({ username, password: secret, certificate });
    if (account === undefined) {
      loginsRefused++;
      note(offences, who);
      throw refusal(CONNACK.badLogin, 'bad user name or password');
    }
    if (client.closed) throw refusal(CONNACK.unavailable, 'left while it was looked up');
    const known = guests.get(client.id);
    // A client id is a way into a session: no account may take over another's, or throw it out.
    if (known !== undefined && known.account.name !== account.name)
      throw refusal(CONNACK.badClientId, 'client id in use');
    const persistent = !client.clean;
    if (persistent && known?.persistent !== true && !makeRoom(account))
      throw refusal(CONNACK.unavailable, 'too many sessions');
    guests.delete(client.id);
    guests.set(client.id, {
      account,
      who,
      certificate: secret === undefined ? certificate : undefined,
      persistent,
      client,
    });
  }

  function offend(client: Client): void {
    const guest = guests.get(client.id);
    if (guest !== undefined && note(offences, guest.who)) client.close();
  }

  return {
    login,
    accountOf: (client) => (client === null ? undefined : guests.get(client.id)?.account),
    accountById: (clientId) => guests.get(clientId)?.account,
    left(client) {
      const guest = guests.get(client.id);
      if (guest?.client !== client) return;
      guests.delete(client.id);
      guest.client = undefined;
      if (guest.persistent) guests.set(client.id, guest);
    },
    offend,
    slow(client) {
      const guest = guests.get(client.id);
      if (guest !== undefined) note(slowness, guest.who);
    },
    disconnect(account) {
      let ended = 0;
      for (const [id, { account: own, client }] of guests) {
        if (own.name !== account) continue;
        if (client !== undefined) {
          ended++;
          client.close();
        }
        guests.delete(id);
        forget(id);
      }
      return ended;
    },
    disconnectCertificate(certificate) {
      for (const guest of guests.values()) if (guest.certificate === certificate) guest.client?.close();
    },
    get counts() {
      let clients = 0;
      for (const guest of guests.values()) if (guest.client !== undefined) clients++;
      return { clients, loginsRefused, barred };
    },
  };
}
