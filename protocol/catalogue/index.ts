/** The messages of JT/T 808: what they are called, how they are read and written, what answers them. */
export { BatchCursor } from './batch.ts';
export {
  type BodyOf,
  CATALOGUE,
  codecFor,
  type Decoded,
  type Handlers,
  messageById,
  messageByName,
  type MessageId,
  type MessageName,
} from './catalogue.ts';
export {
  type ControlParameters,
  joinControlParameters,
  type ParameterCommand,
  splitControlParameters,
} from './control-parameters.ts';
export { isResponse, replyTo, type Replies } from './exchange.ts';
export type { BatchLocationUpload, LocationReport } from './location.ts';
export {
  ALARM_BITS,
  type AlarmName,
  IO_BITS,
  STATUS_BITS,
  type StatusName,
  VEHICLE_SIGNAL_BITS,
} from './location-bits.ts';
