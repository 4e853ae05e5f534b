/** What can go wrong between the gateway and the platforms, each with a sentence for the operator. */

/** Every code of the bridge. `DeliveryError.code` and `BridgeError.code` are keys of this table. */
export const BRIDGE_FAULTS = {
  MQTT_NOT_CONNECTED: 'The MQTT broker is not reached at the moment; records wait in the journal.',
  MQTT_CONNECTION_LOST: 'The MQTT connection broke before the broker had confirmed everything; it is sent again.',
  MQTT_ACK_TIMEOUT: 'The MQTT broker confirmed nothing for too long; the connection is made anew and it is sent again.',
  MQTT_TOO_LARGE: 'The payload is larger than `maxPayloadBytes`; it is kept as a dead letter.',
  MQTT_REFUSED: 'The MQTT broker refused the connection: check user name, password and client id.',
  MQTT_SUBSCRIBE_REFUSED: 'The MQTT broker refused the subscription to commands: check the rights of the account.',
  INFLUX_UNREACHABLE: 'The time series store is not reached at the moment; records wait in the journal.',
  INFLUX_TIMEOUT: 'The time series store did not answer in time; the batch is sent again.',
  INFLUX_BUSY: 'The time series store is overloaded or failing; the batch is sent again later.',
  INFLUX_DENIED: 'The time series store refused the credentials: check the token, or user name and password.',
  INFLUX_MISCONFIGURED:
    'The time series store knows no such path, organisation, bucket or database: check the settings.',
  INFLUX_REJECTED: 'The time series store will not take a point; it is kept as a dead letter.',
  DELIVERY_ABORTED: 'The delivery was called off, as the gateway is stopping; it is done again after the next start.',
  BROKER_ADDRESS_IN_USE: 'Another program listens on the address of the embedded MQTT broker.',
  BROKER_ADDRESS_UNAVAILABLE: 'The embedded MQTT broker cannot listen on this address.',
  BROKER_NEEDS_TLS: 'The embedded MQTT broker listens beyond loopback only with TLS.',
  BROKER_STOPPED: 'The embedded MQTT broker is stopped.',
  COMMAND_INVALID: 'The command is not of the form in the contract.',
  COMMAND_EXPIRED: 'The command had expired when it arrived.',
  COMMAND_RETAINED: 'The command was published with the retain flag, so it may be long out of date; it is not taken.',
  COMMAND_REFUSED: 'The gateway would not take the command, for the reason stated.',
  INLET_BUSY: 'Too many commands and facts are being taken in at once; send it again later.',
  FACT_INVALID: 'The fact is not of the form in the contract.',
  FACT_REFUSED: 'The gateway would not take the fact, for the reason stated.',
} as const;

/** A code of the table. */
export type BridgeCode = keyof typeof BRIDGE_FAULTS;

/** A fault that an operator, not the other side, has to deal with: an address in use, a missing certificate. */
export class BridgeError extends Error {
  override readonly name = 'BridgeError';
  readonly code: BridgeCode;

  constructor(code: BridgeCode, detail: string, cause?: unknown) {
    super(detail, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}

/** Thrown by whoever takes commands and facts in: the sender is answered with `message` as the reason. */
export class InletRefusal extends Error {
  override readonly name = 'InletRefusal';
  /** Stable, for programs: a code of the table, or one of the gateway's own. */
  readonly code: string;

  constructor(code: string, reason: string) {
    super(reason);
    this.code = code;
  }
}
