/** Moving a camera and its lens: 0x9301–0x9306, JT/T 1078-2016. */
import { enumeration, u8 } from '../schema/field.ts';
import { message } from '../schema/message.ts';
import { channel, REVISIONS_OF_VIDEO as revisions } from './media.ts';

const about = (zh: string, en: string) => ({ zh, en, from: 'platform', revisions, replies: [0x0001] }) as const;
const onOff = enumeration(1, { stop: 0, start: 1 });

export const cameraRotation = message(0x9301, 'cameraRotation', about('云台旋转', 'Rotate a camera'), {
  channel,
  direction: enumeration(1, { stop: 0, up: 1, down: 2, left: 3, right: 4 }).about('方向'),
  speed: u8.about('速度', '0 to 255'),
});

export const cameraFocus = message(0x9302, 'cameraFocus', about('云台调整焦距控制', 'Focus a camera'), {
  channel,
  focus: enumeration(1, { increase: 0, decrease: 1 }).about('焦距调整方向'),
});

export const cameraIris = message(0x9303, 'cameraIris', about('云台调整光圈控制', 'Iris of a camera'), {
  channel,
  iris: enumeration(1, { increase: 0, decrease: 1 }).about('光圈调整方式'),
});

export const cameraWiper = message(0x9304, 'cameraWiper', about('云台雨刷控制', 'Wiper of a camera'), {
  channel,
  wiper: onOff.about('启停标识'),
});

export const cameraInfrared = message(0x9305, 'cameraInfrared', about('红外补光控制', 'Infrared light of a camera'), {
  channel,
  infrared: onOff.about('启停标识'),
});

export const cameraZoom = message(0x9306, 'cameraZoom', about('云台变倍控制', 'Zoom of a camera'), {
  channel,
  zoom: enumeration(1, { increase: 0, decrease: 1 }).about('变倍控制'),
});
