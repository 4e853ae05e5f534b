/** The platform side: the contract, where it is delivered to, and what comes in from there. */
export { type AsyncApi, asyncApi, type AsyncApiOptions } from './contract/asyncapi.ts';
export {
  type Command,
  COMMAND,
  type CommandPayload,
  GROUP_COMMAND,
  type GroupCommand,
  type GroupCommandPayload,
  TARGET,
  type TargetPayload,
} from './contract/command.ts';
export { Components } from './contract/components.ts';
export { type Envelope, type EnvelopeKind, type RawPosition, recordOf } from './contract/envelope.ts';
export { type Facts, FEED_KINDS, FEEDS, type FeedKind, type Removal } from './contract/feed.ts';
export { factFaults, factOf } from './contract/feed-check.ts';
export { positionId, recordId } from './contract/identity.ts';
export { CONTRACT_SCHEMAS, contractSchema } from './contract/json-schema.ts';
export { EVENT, POSITION } from './contract/payloads.ts';
export type {
  CommandState,
  Event,
  GatewayStatus,
  Message,
  Position,
  Reply,
  State,
  Uplink,
} from './contract/payloads.ts';
export {
  commandFilter,
  DEFAULT_PREFIX,
  divisionLevels,
  feedRejectedTopic,
  feedTopic,
  gatewayStatusTopic,
  parseCommandTopic,
  parseGroupTopic,
  terminalTopic,
  topicMatches,
  topicOf,
} from './contract/topics.ts';
export { type Check, checker } from './contract/validate.ts';
export {
  decodeEmqxHex,
  type EmqxCommand,
  emqxCommand,
  EMQX_IDS,
  emqxOctets,
  type EmqxMessage,
  encodeEmqx,
  readEmqx,
  toEmqx,
} from './dialect/emqx/message.ts';
export { EMQX_DOWN, emqxUpTopic, parseEmqxDown } from './dialect/emqx/topics.ts';
export { BRIDGE_FAULTS, type BridgeCode, BridgeError, InletRefusal } from './errors.ts';
export { createInfluxOutlet, type InfluxOptions } from './influx/outlet.ts';
export { type Account, type Acl, createAcl, type Role, ROLES } from './mqtt/acl.ts';
export { ACL_FORMATS, type AclFormat, formatAcl, type Ruled } from './mqtt/acl-export.ts';
export { accountRules, type AclRule, coversFilter, gatewayRules } from './mqtt/acl-rules.ts';
export { type Broker, type BrokerCounts, type BrokerOptions, createBroker } from './mqtt/broker.ts';
export type {
  MqttChannel,
  Publication,
  Publisher,
  Received,
  ResponseAddress,
  Settled,
  Subscriber,
} from './mqtt/channel.ts';
export { certificateOf } from './mqtt/certificate.ts';
export type { Authenticate, Credentials } from './mqtt/gate.ts';
export type { CommandSource, CommandTaker, GroupSource, GroupTaken } from './mqtt/command-intake.ts';
export { type CommandInlet, createMqttInlet, type MqttInletOptions } from './mqtt/inlet.ts';
export { BROKER_LIMITS, type BrokerLimits } from './mqtt/limits.ts';
export { createMqttLink, type LinkOptions, type MqttLink } from './mqtt/link.ts';
export { createMqttOutlet, type MqttOutletOptions } from './mqtt/outlet.ts';
export { DeliveryError, type Outlet } from './outlet.ts';
