/**
 * JT/T 1078 signalling of a terminal without video: it says that it has none. Streams are refused (result 3), lists are
 * empty, an upload is taken and fails.
 */
import { type Answer, type Answers, reply } from './answering.ts';
import { keptBy } from '../kept.ts';

const attributes: Answer<0x9003> = (context) =>
  reply(context, 0x1003, {
    audioCodec: 'g711a',
    audioChannels: 1,
    sampleRate: 'at8Khz',
    sampleBits: 'of16Bits',
    audioFrameLength: 320,
    audioOutput: 'no',
    videoCodec: 'h264',
    maxAudioChannels: 0,
    maxVideoChannels: 0,
  });

const nothingRecorded: Answer<0x9205> = (context) =>
  reply(context, 0x1205, { replySerial: context.asked.serial, recordings: [] });

const nothingToPlay: Answer<0x9201> = (context) =>
  reply(context, 0x1205, { replySerial: context.asked.serial, recordings: [] });

/** Taken, and told as failed by a 0x1206 of its own. */
const upload: Answer<0x9206> = ({ terminal, asked }) => {
  keptBy(terminal).recordingAsked = asked.serial;
  return 'success';
};

const unsupported = (): 'unsupported' => 'unsupported';

export const ANSWER_VIDEO: Answers = {
  0x9003: attributes,
  0x9101: unsupported,
  0x9102: unsupported,
  0x9105: unsupported,
  0x9201: nothingToPlay,
  0x9202: unsupported,
  0x9205: nothingRecorded,
  0x9206: upload,
  0x9207: unsupported,
  0x9301: unsupported,
  0x9302: unsupported,
  0x9303: unsupported,
  0x9304: unsupported,
  0x9305: unsupported,
  0x9306: unsupported,
};
