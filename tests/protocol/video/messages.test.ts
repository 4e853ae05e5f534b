/** The messages of JT/T 1078 against the octets and the facts of other projects. */
import { expect, it } from 'vitest';
import { formatTime, readGeneric, type Span } from '../../../protocol/index.ts';
import { VIDEO_MESSAGES } from '../../../protocol/video/messages.ts';
import { vectorBodies } from '../catalogue/bodies.ts';

/** Our fields by the names that SmallChi, go-jt808 and yezhihao have for them. */
const NAMES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  mediaAttributes: {
    EnterAudioEncoding: 'audioCodec',
    EnterAudioChannelsNumber: 'audioChannels',
    EnterAudioSampleRate: 'sampleRate',
    EnterAudioSampleDigits: 'sampleBits',
    AudioFrameLength: 'audioFrameLength',
    IsSupportedAudioOutput: 'audioOutput',
    VideoEncoding: 'videoCodec',
    TerminalSupportedMaxNumberOfAudioPhysicalChannels: 'maxAudioChannels',
    TerminalSupportedMaxNumberOfVideoPhysicalChannels: 'maxVideoChannels',
  },
  passengerVolume: {
    StartTime: 'start',
    EndTime: 'end',
    BoardNumber: 'boarded',
    AlightNumber: 'alighted',
    startTime: 'start',
    endTime: 'end',
    getOnCount: 'boarded',
    getOffCount: 'alighted',
  },
  recordings: {
    SerialNumber: 'replySerial',
    MsgNum: 'replySerial',
    ...Object.fromEntries(
      ['AudioVideoResourceList', 'AVResouces'].flatMap((list) =>
        [0, 1].flatMap((i) =>
          Object.entries({
            ChannelNo: 'channel',
            LogicChannelNo: 'channel',
            StartTime: 'start',
            BeginTime: 'start',
            EndTime: 'end',
            AlarmFlag: 'alarm',
            AudioVideoResourceType: 'mediaType',
            AVResourceType: 'mediaType',
            StreamType: 'stream',
            MemoryType: 'storage',
            FileSizeByte: 'size',
            FileSize: 'size',
          }).map(([theirs, ours]) => [`${list}[${i}].${theirs}`, `recordings[${i}].${ours}`]),
        ),
      ),
    ),
  },
  recordingUploaded: { responseSerialNo: 'replySerial', result: 'result' },
  liveStreamRequest: {
    ServerIp: 'serverAddress',
    ip: 'serverAddress',
    TcpPort: 'tcpPort',
    tcpPort: 'tcpPort',
    UdpPort: 'udpPort',
    udpPort: 'udpPort',
    ChannelNo: 'channel',
    channelNo: 'channel',
    DataType: 'dataType',
    mediaType: 'dataType',
    StreamType: 'stream',
    streamType: 'stream',
  },
  liveStreamControl: { ChannelNo: 'channel', ControlCmd: 'command', CloseAVData: 'closeType', StreamType: 'stream' },
  liveStreamStatus: { channelNo: 'channel', packetLossRate: 'packetLoss' },
  playbackRequest: {
    ip: 'serverAddress',
    tcpPort: 'tcpPort',
    udpPort: 'udpPort',
    channelNo: 'channel',
    mediaType: 'mediaType',
    streamType: 'stream',
    storageType: 'storage',
    playbackMode: 'mode',
    playbackSpeed: 'speed',
    startTime: 'start',
    endTime: 'end',
  },
  playbackControl: { ChannelNo: 'channel', DragPlayPosition: 'position', PlaySpeed: 'speed', PlayControl: 'control' },
  queryRecordings: {
    AlarmFlag: 'alarm',
    MediaType: 'mediaType',
    BeginTime: 'start',
    EndTime: 'end',
    ChannelNo: 'channel',
    MemoryType: 'storage',
    StreamType: 'stream',
  },
  recordingUpload: {
    ServerIp: 'serverAddress',
    ip: 'serverAddress',
    Port: 'port',
    port: 'port',
    UserName: 'userName',
    username: 'userName',
    Password: 'password',
    password: 'password',
    FileUploadPath: 'path',
    path: 'path',
    ChannelNo: 'channel',
    channelNo: 'channel',
    BeginTime: 'start',
    startTime: 'start',
    EndTime: 'end',
    endTime: 'end',
    AlarmFlag: 'alarm',
    warnBit1: 'alarm',
    warnBit2: 'videoAlarm',
    MediaType: 'mediaType',
    mediaType: 'mediaType',
    StreamType: 'stream',
    streamType: 'stream',
    MemoryPositon: 'storage',
    storageType: 'storage',
    TaskExcuteCondition: 'conditions',
    condition: 'conditions',
  },
  cameraRotation: { ChannelNo: 'channel', Speed: 'speed', Direction: 'direction' },
};

/** As the sources say it: numbers for names, times as digits. */
function plain({ node, value }: Span): string {
  if (node.kind === 'enumeration') return String(node.names[value as string] ?? value);
  if (node.kind === 'time') return digits(formatTime(value as number).slice(0, 19));
  return String(value);
}

/** The digits of a time; yezhihao's leave the century off. */
const digits = (text: string): string => text.replaceAll(/\D/g, '').slice(-12);

it('are found in the vectors, and say what the sources say', () => {
  const names = new Set<string>(VIDEO_MESSAGES.map(({ name }) => name));
  const bodies = vectorBodies().filter(({ message }) => names.has(message.name));
  expect(new Set(bodies.map(({ message }) => message.name)).size).toBeGreaterThanOrEqual(13);
  let found = 0;
  for (const { vector, message, revision, octets } of bodies) {
    const { spans } = readGeneric(message, revision, octets);
    for (const [theirs, fact] of Object.entries(vector.expect)) {
      const ours = NAMES[message.name]?.[theirs];
      if (ours === undefined) continue;
      const span = spans.find(({ path }) => path === ours);
      expect(span, `${vector.id} ${theirs}`).toBeDefined();
      const time = span!.node.kind === 'time';
      expect(plain(span!), `${vector.id} ${theirs}`).toBe(time ? digits(String(fact)) : String(fact));
      found++;
    }
  }
  expect(found).toBeGreaterThan(110);
});
