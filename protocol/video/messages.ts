/** The messages of JT/T 1078-2016, by ascending id. */
import { cameraFocus, cameraInfrared, cameraIris, cameraRotation, cameraWiper, cameraZoom } from './camera.ts';
import {
  liveStreamControl,
  liveStreamRequest,
  liveStreamStatus,
  mediaAttributes,
  queryMediaAttributes,
} from './live.ts';
import { passengerVolume } from './passengers.ts';
import {
  playbackControl,
  playbackRequest,
  queryRecordings,
  recordings,
  recordingUpload,
  recordingUploadControl,
  recordingUploaded,
} from './recordings.ts';

export const VIDEO_MESSAGES = [
  mediaAttributes,
  passengerVolume,
  recordings,
  recordingUploaded,
  queryMediaAttributes,
  liveStreamRequest,
  liveStreamControl,
  liveStreamStatus,
  playbackRequest,
  playbackControl,
  queryRecordings,
  recordingUpload,
  recordingUploadControl,
  cameraRotation,
  cameraFocus,
  cameraIris,
  cameraWiper,
  cameraInfrared,
  cameraZoom,
] as const;
