/** BeiDou on a serial line: NMEA of receivers, and RDSS of user machines as text and binary. */
export { type AntennaOptions, type AntennaState, antennaStateOf, AntennaWatch } from './antenna.ts';
export { describeFix, type NmeaFix, type SystemSummary } from './fix.ts';
export { FixFolder, type FixOptions } from './fix-folder.ts';
export { decodeSentenceLine, type DescribedRdss, describeRdssLine, describeSentenceLine } from './line-text.ts';
export { type LocationAround, locationOfFix, locationOfShortReport } from './location.ts';
export type { FixQuality } from './nmea/position-sentences.ts';
export {
  decodeRdssFrame,
  type DecodedRdssFrame,
  type DescribedRdssFrame,
  describeRdssFrame,
  encodeRdssFrame,
  type RdssBody,
  type RdssKind,
  type RefusedRdssFrame,
} from './rdss/binary.ts';
export { mixedText, type RdssContent, type RdssReading, rdssCapacityBits, readContent } from './rdss/content.ts';
export {
  type DigitReport,
  type GroupReport,
  type PackedReport,
  readDigitReport,
  readShortReport,
  type ShortReport,
  type TunnelledReport,
  writeShortReport,
} from './rdss/short-report.ts';
export {
  readSentence,
  type RefusedSentence,
  type Sentence,
  type SentenceOptions,
  writeSentence,
} from './sentence.ts';
export {
  decodeSentence,
  type DecodedSentence,
  decodeSentenceOctets,
  type DescribedRefusal,
  describeRefusal,
  type DescribedSentence,
  describeSentence,
  encodeSentence,
  type SentenceBody,
  type SentenceKind,
} from './sentences.ts';
export type { SkySatellite } from './sky.ts';
export { BeidouSplitter, type BeidouSink } from './splitter.ts';
export {
  type Numbering,
  type Satellite,
  satelliteLabel,
  satelliteOf,
  type SatelliteSystem,
  signalName,
  systemOfTalker,
} from './system.ts';
