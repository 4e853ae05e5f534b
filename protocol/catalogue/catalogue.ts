/**
 * The message catalogue: every message that we know, by id and by name, with its codec for each revision.
 *
 * Adding a message is writing one descriptor and naming it in `CATALOGUE`.
 */
import type { Codec } from '../schema/codec.ts';
import { compile } from '../schema/compile.ts';
import type { BodyOf as BodyOfMessage, DecodedOf, HandlersOf, Message } from '../schema/message.ts';
import { type Revision, REVISIONS } from '../schema/revision.ts';
import { SAFETY_MESSAGES } from '../safety/messages.ts';
import { VIDEO_MESSAGES } from '../video/messages.ts';
import { platformAck, terminalAck } from './ack.ts';
import {
  deleteCircularAreas,
  deletePolygonAreas,
  deleteRectangularAreas,
  setCircularAreas,
  setPolygonArea,
  setRectangularAreas,
} from './areas.ts';
import {
  deliverUpgradePackage,
  queryAttributesResponse,
  queryTerminalAttributes,
  upgradeResultNotification,
} from './attributes.ts';
import { audioRecordingStart, cameraShootNow, cameraShotResponse } from './camera.ts';
import {
  canBusDataUpload,
  compressedDataReport,
  downlinkTransparentData,
  platformRsaPublicKey,
  terminalRsaPublicKey,
  uplinkTransparentData,
} from './carried.ts';
import {
  manualAlarmConfirmation,
  temporaryTrackingControl,
  terminalControl,
  vehicleControl,
  vehicleControlResponse,
} from './control.ts';
import { phoneCallback, setPhoneBook, textMessage } from './dispatch.ts';
import { driverIdentityReport, electronicWaybillReport, requestDriverIdentity } from './driver.ts';
import {
  askQuestion,
  eventReport,
  informationOnDemand,
  informationService,
  questionAnswer,
  setEvents,
  setInformationOnDemandMenu,
} from './inquiry.ts';
import {
  linkDetection,
  queryServerTime,
  serverTimeResponse,
  terminalDeregistration,
  terminalHeartbeat,
} from './liveness.ts';
import { batchLocationUpload, locationQuery, locationQueryResponse, locationReport } from './location.ts';
import {
  multimediaDataUpload,
  multimediaEventUpload,
  multimediaUploadResponse,
  searchStoredMultimedia,
  storedMultimediaSearchResponse,
  uploadOneStoredMultimediaItem,
  uploadStoredMultimedia,
} from './media.ts';
import {
  queryGivenTerminalParameters,
  queryParametersResponse,
  queryTerminalParameters,
  setTerminalParameters,
} from './parameters.ts';
import {
  drivingRecorderDataCollectionCommand,
  drivingRecorderDataUpload,
  drivingRecorderParameterCommand,
} from './recorder.ts';
import { registrationResponse, terminalAuthentication, terminalRegistration } from './registration.ts';
import { platformResendRequest, terminalResendRequest } from './resend.ts';
import { deleteRoutes, queryAreaRouteData, queryAreaRouteResponse, setRoute } from './routes.ts';

/** Those of JT/T 808 by ascending id, then those of the standards beside it. */
const ALL = [
  terminalAck,
  terminalHeartbeat,
  terminalDeregistration,
  queryServerTime,
  terminalResendRequest,
  terminalRegistration,
  terminalAuthentication,
  queryParametersResponse,
  queryAttributesResponse,
  upgradeResultNotification,
  locationReport,
  locationQueryResponse,
  eventReport,
  questionAnswer,
  informationOnDemand,
  vehicleControlResponse,
  queryAreaRouteResponse,
  drivingRecorderDataUpload,
  electronicWaybillReport,
  driverIdentityReport,
  batchLocationUpload,
  canBusDataUpload,
  multimediaEventUpload,
  multimediaDataUpload,
  storedMultimediaSearchResponse,
  cameraShotResponse,
  uplinkTransparentData,
  compressedDataReport,
  terminalRsaPublicKey,
  platformAck,
  platformResendRequest,
  serverTimeResponse,
  registrationResponse,
  setTerminalParameters,
  queryTerminalParameters,
  terminalControl,
  queryGivenTerminalParameters,
  queryTerminalAttributes,
  deliverUpgradePackage,
  locationQuery,
  temporaryTrackingControl,
  manualAlarmConfirmation,
  linkDetection,
  textMessage,
  setEvents,
  askQuestion,
  setInformationOnDemandMenu,
  informationService,
  phoneCallback,
  setPhoneBook,
  vehicleControl,
  setCircularAreas,
  deleteCircularAreas,
  setRectangularAreas,
  deleteRectangularAreas,
  setPolygonArea,
  deletePolygonAreas,
  setRoute,
  deleteRoutes,
  queryAreaRouteData,
  drivingRecorderDataCollectionCommand,
  drivingRecorderParameterCommand,
  requestDriverIdentity,
  multimediaUploadResponse,
  cameraShootNow,
  searchStoredMultimedia,
  uploadStoredMultimedia,
  audioRecordingStart,
  uploadOneStoredMultimediaItem,
  downlinkTransparentData,
  platformRsaPublicKey,
  ...SAFETY_MESSAGES,
  ...VIDEO_MESSAGES,
] as const;

type Entry = (typeof ALL)[number];
/** Every message, by ascending id. */
export const CATALOGUE: readonly Entry[] = ALL.toSorted((a, b) => a.id - b.id);

/** Id of a message in the catalogue. */
export type MessageId = Entry['id'];
/** Name of a message in the catalogue. */
export type MessageName = Entry['name'];
/** Every message with its body, as a union told apart by `name`. */
export type Decoded = DecodedOf<typeof CATALOGUE>;
/** The body of a message, by its name or its id. */
export type BodyOf<Key extends MessageName | MessageId> = BodyOfMessage<Extract<Entry, { name: Key } | { id: Key }>>;
/** One handler for every message: leaving one out does not compile. */
export type Handlers<Context> = HandlersOf<typeof CATALOGUE, Context>;

const MESSAGES: readonly Message[] = CATALOGUE;
const BY_NAME: ReadonlyMap<string, Message> = new Map(MESSAGES.map((message) => [message.name, message]));
/** By id: place in the catalogue plus 1, or 0. A table, since this is asked for every frame. */
const PLACE = new Uint8Array(0x1_0000);
for (const [i, { id }] of MESSAGES.entries()) PLACE[id] = i + 1;

/** By place and revision; filled as they are asked for, so that a start costs nothing for messages never seen. */
const CODECS: (Codec<unknown> | undefined)[] = Array.from({ length: (MESSAGES.length + 1) * REVISIONS.length });

/** The message of an id, or undefined where the catalogue has none. */
export function messageById(id: number): Message | undefined {
  return MESSAGES[PLACE[id]! - 1];
}

/** The message of a name, or undefined where the catalogue has none. */
export function messageByName(name: string): Message | undefined {
  return BY_NAME.get(name);
}

/**
 * The codec of a message under a revision: the same object each time. Revisions that do not define a message have
 * one too, since mixed firmware is met. Undefined where the catalogue has no such id.
 */
export function codecFor<Id extends MessageId>(id: Id, revision: Revision): Codec<BodyOf<Id>>;
export function codecFor(id: number, revision: Revision): Codec<unknown> | undefined;
export function codecFor(id: number, revision: Revision): Codec<unknown> | undefined {
  const place = PLACE[id]!;
  if (!(place > 0)) return undefined;
  const key = place * REVISIONS.length + (revision === 2019 ? 2 : revision === 2013 ? 1 : 0);
  return (CODECS[key] ??= compile(MESSAGES[place - 1]!, revision) as Codec<unknown>);
}
