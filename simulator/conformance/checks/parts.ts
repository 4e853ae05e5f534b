/** Messages in parts: in order, out of order, twice, and with one missing. JT/T 808-2019 4.4.3 table 3, 6. */
import { type BodyOf, MAX_BODY } from '../../../protocol/index.ts';
import { MESSAGE, RESULT } from '../../firmware/effects.ts';
import { type Check, demand } from '../check.ts';
import { altered } from '../alter.ts';
import type { Probe } from '../probe.ts';
import { type Trial, word } from '../trial.ts';
import { batchOf } from './messages.ts';

const RESEND = 0x8003;
/** Octets of a picture: three parts at 700 a part. */
const PICTURE = 2000;
const PART = 700;

/** An order in which parts are sent, by their place. */
function inOrder(id: string, order: readonly number[], titles: { readonly zh: string; readonly en: string }): Check {
  return {
    id,
    clause: '4.4.3; 8 (0x0801, 0x8800)',
    level: 'must',
    ...titles,
    async run(trial) {
      const probe = await trial.enter();
      const { media, frames } = picture(trial, probe);
      for (const place of order) probe.raw(frames[place] as Uint8Array);
      await complete(trial, probe, media, trial.stand.answerMs);
      return undefined;
    },
  };
}

export const PARTS: readonly Check[] = [
  inOrder('media', [0, 1, 2], {
    zh: '分包上传的多媒体得到 0x8800 应答',
    en: 'a picture in parts is answered by 0x8800',
  }),
  inOrder('media-out-of-order', [2, 0, 1], {
    zh: '乱序到达的分包被重组',
    en: 'a picture whose parts come out of order is put together',
  }),
  inOrder('media-twice', [0, 1, 1, 0, 2], {
    zh: '重复到达的分包不影响重组',
    en: 'a picture of which parts come twice is put together',
  }),
  {
    id: 'media-between',
    clause: '4.4.3; 6.1',
    level: 'must',
    zh: '分包之间的其他消息得到应答',
    en: 'other messages between the parts are answered',
    async run(trial) {
      const probe = await trial.enter();
      const { media, frames } = picture(trial, probe);
      for (const frame of frames) {
        probe.raw(frame);
        await trial.accepted(probe, MESSAGE.report, trial.report());
      }
      await complete(trial, probe, media, trial.stand.answerMs);
      return undefined;
    },
  },
  {
    id: 'media-lost',
    clause: '8 (0x0801, 0x8800, 0x8003)',
    level: 'should',
    zh: '缺少的分包被要求补传，补传后完成',
    en: 'a missing part is asked for, and what comes then completes the picture',
    async run(trial) {
      const probe = await trial.enter();
      const { media, frames, serial } = picture(trial, probe);
      probe.raw(frames[0] as Uint8Array);
      probe.raw(frames[2] as Uint8Array);
      const { patienceMs, answerMs } = trial.stand;
      const asked = await probe.message(({ id }) => id === RESEND || id === MESSAGE.mediaResponse, patienceMs);
      demand(asked !== undefined, `part 2 was not asked for within ${patienceMs / 1000} s`);
      const numbers = asked.id === RESEND ? resendOf(trial, asked.body, serial) : missingOf(trial, asked.body, media);
      demand(numbers.join() === '2', `parts asked for: ${numbers.join(', ') || 'none'}`);
      probe.heard.length = 0;
      probe.raw(frames[1] as Uint8Array);
      await complete(trial, probe, media, answerMs);
      return asked.id === RESEND ? 'by 0x8003' : 'by 0x8800';
    },
  },
  {
    id: 'parts-impossible',
    clause: '4.4.3 table 3',
    level: 'must',
    zh: '包序号为 0 或大于总包数的分包不影响连接',
    en: 'parts that cannot be, such as 0 of 3 and 4 of 3, do no harm',
    async run(trial) {
      const probe = await trial.enter();
      const body = trial.report();
      for (const number of [0, 4]) {
        const octets = probe.frame(MESSAGE.report, body, { part: { total: 4, number } });
        // The low octet of the total, behind a header of 17 octets or 12: 4 becomes 3.
        const at = trial.revision === 2019 ? 18 : 13;
        probe.raw(altered(octets, (packet) => (packet[at] = 3)));
      }
      await trial.settled(probe);
      return undefined;
    },
  },
  {
    id: 'batch-in-parts',
    clause: '4.4.3; 8 (0x0704, 0x8001)',
    level: 'must',
    revisions: [2013, 2019],
    zh: '分包的定位数据批量上传得到成功应答',
    en: 'a batch in two parts is answered with success',
    async run(trial) {
      const probe = await trial.enter();
      const body = batchOf(trial, 45);
      const parts = Math.ceil(body.length / MAX_BODY);
      const serial = probe.send(MESSAGE.batch, body);
      // Each part may be answered, or the whole under the serial of any.
      const result = await trial.ack(probe, MESSAGE.batch, serial, parts);
      demand(result !== undefined, trial.silence(probe));
      demand(result === RESULT.success, `result ${result}`);
      return undefined;
    },
  },
];

/** A picture of its own id in three frames. */
function picture(trial: Trial, probe: Probe): { media: number; serial: number; frames: Uint8Array[] } {
  const media = 1 + trial.nextMedia();
  // No part is like one of another picture: under the same serial it would be taken for that one, sent again.
  const data = Uint8Array.from({ length: PICTURE }, (_, i) => media * 31 + i * 7 + (i >> 8));
  data.set([0xff, 0xd8, 0xff, 0xe0]);
  const location = {
    alarm: 0,
    status: 3,
    latitude: 25.0389,
    longitude: 102.7183,
    altitude: 1892,
    speed: 0,
    direction: 0,
    time: trial.stand.startAt,
  };
  const body = trial.body(MESSAGE.media, {
    multimediaId: media,
    type: 0,
    format: 0,
    event: 0,
    channelId: 1,
    ...(trial.revision === 2011 ? {} : { location }),
    data,
  });
  const { serial } = probe;
  return { media, serial, frames: probe.frames(MESSAGE.media, body, PART) };
}

/** The 0x8800 that says that nothing is missing. */
async function complete(trial: Trial, probe: Probe, media: number, ms: number): Promise<void> {
  const heard = await probe.message(({ id }) => id === MESSAGE.mediaResponse, ms);
  demand(heard !== undefined, `0x8800: ${trial.silence(probe)}`);
  const missing = missingOf(trial, heard.body, media);
  demand(missing.length === 0, `asked for parts ${missing.join(', ')}`);
}

function missingOf(trial: Trial, body: Uint8Array, media: number): readonly number[] {
  const { multimediaId, packageIds = [] } = trial.decoded(MESSAGE.mediaResponse, {
    body,
  }) as BodyOf<'multimediaUploadResponse'>;
  demand(multimediaId === media, `0x8800 is for ${multimediaId}, not for ${media}`);
  return packageIds;
}

function resendOf(trial: Trial, body: Uint8Array, serial: number): readonly number[] {
  demand(word(body, 0) === serial, `0x8003 names serial ${word(body, 0)}, the first part had ${serial}`);
  const { packageIds } = trial.decoded(RESEND, { body }) as BodyOf<'platformResendRequest'>;
  return packageIds;
}
