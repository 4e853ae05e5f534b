/** The platform side: the contract, where it is delivered to, and what comes in from there. */
export { type Command, COMMAND, type CommandPayload } from './contract/command.ts';
export type { Envelope, EnvelopeKind, RawPosition } from './contract/envelope.ts';
export { type Facts, FEED_KINDS, FEEDS, type FeedKind } from './contract/feed.ts';
export { positionId, recordId } from './contract/identity.ts';
export { CONTRACT_SCHEMAS, contractSchema } from './contract/json-schema.ts';
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
  terminalTopic,
  topicMatches,
  topicOf,
} from './contract/topics.ts';
export { type Check, checker } from './contract/validate.ts';
export { BRIDGE_FAULTS, type BridgeCode, BridgeError, InletRefusal } from './errors.ts';
export { DeliveryError, type Outlet } from './outlet.ts';
