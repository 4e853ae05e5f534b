/** A picture of the first camera, where there is one. */
import { LinkFault } from '../../terminal-link/faults.ts';
import type { Step } from '../step.ts';

const PICTURE_MS = 60_000;
const SHOT = {
  channelId: 1,
  command: 1,
  interval: 0,
  saveFlag: 'uploadInRealTime',
  resolution: '320x240',
  quality: 5,
  brightness: 128,
  contrast: 64,
  saturation: 64,
  chroma: 128,
};

export const CAMERA: Step = {
  name: 'camera',
  zh: '摄像头',
  en: 'Camera',
  async run({ link, seen, notes }) {
    const before = seen.media.length;
    let ids: readonly number[];
    try {
      const { body } = await link.ask('cameraShootNow', SHOT);
      ids = (body['multimediaIds'] ?? []) as readonly number[];
    } catch (error) {
      if (!(error instanceof LinkFault) || error.code === 'gone') throw error;
      // Without a camera some say so, some say no to the command, and some nothing at all.
      return { skipped: 'no-camera', measured: { answer: error.result ?? error.code } };
    }
    const isIt = (id: number): boolean => ids.length === 0 || ids.includes(id);
    await seen.until(() => seen.media.slice(before).some(({ multimediaId }) => isIt(multimediaId)), PICTURE_MS);
    const medium = seen.media.slice(before).find(({ multimediaId }) => isIt(multimediaId));
    if (medium === undefined) return { findings: [{ code: 'no-picture' }], measured: { ids: [...ids] } };
    const { octets, format } = medium;
    const { channelId } = SHOT;
    notes.photos.push({
      name: `channel-${channelId}.${format === 'jpeg' ? 'jpg' : String(format)}`,
      type: 'image/jpeg',
      octets,
    });
    return { measured: { channel: channelId, octets: octets.length } };
  },
};
