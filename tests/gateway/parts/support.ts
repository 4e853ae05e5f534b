/** Pictures as terminals send them, and what became of them. */
import { type BodyOf, codecFor, type Revision } from '../../../protocol/index.ts';
import { partsOf, type Speaker } from '../../support/terminal-frames.ts';
import type { Rig, Terminal } from '../support/rig.ts';

export const MEDIA = 0x0801;
export const RESEND = 0x8003;
export const COMPLETE = 0x8800;
/** 10:00 in Beijing, on another day than the tests' noon. */
export const TAKEN = Date.parse('2026-02-27T10:00:00+08:00');

/** Octets that are those of no other picture. */
export function pixels(seed: number, size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, at) => (seed * 97 + at * 31 + (at >> 8)) & 0xff);
}

export interface Shot {
  readonly multimediaId: number;
  readonly data: Uint8Array;
  readonly revision?: Revision;
  readonly format?: BodyOf<'multimediaDataUpload'>['format'];
  readonly taken?: number;
}

/** Body of a 0x0801. */
export function shotBody({ multimediaId, data, revision = 2013, format = 'jpeg', taken = TAKEN }: Shot): Uint8Array {
  const head = { multimediaId, type: 'image', format, event: 'platformCommand', channelId: 1 } as const;
  const location = {
    alarm: 0,
    status: 3,
    latitude: 24.88,
    longitude: 102.83,
    altitude: 1892,
    speed: 0,
    direction: 0,
    time: taken,
  };
  const body = { ...head, ...(revision === 2011 ? {} : { location }), data };
  const out = new Uint8Array(data.length + 64);
  return out.subarray(0, codecFor(MEDIA, revision).encode(body, out, 0));
}

/** The frames of a picture from `serial` on. */
export function shotFrames(speaker: Speaker, serial: number, shot: Shot, partSize = 400): Uint8Array[] {
  const body = shotBody({ revision: speaker.revision, ...shot });
  return partsOf(speaker, { id: MEDIA, serial, body, partSize });
}

/** What the platform said since it was asked last, without general answers: `id` and body. */
export function asked(terminal: Terminal): { id: number; body: unknown }[] {
  const said = terminal.answers.filter(({ header }) => header.id !== 0x8001);
  terminal.forget();
  return said.map(({ header, body }) => ({ id: header.id, body }));
}

/** Lengths of the messages that were joined and are no pictures. */
export const assembledIn = (rig: Rig): number[] =>
  rig.records.filter(({ kind }) => kind === 'assembled').map(({ payload }) => payload.length);

export const mediaRecords = (rig: Rig): number => rig.records.filter(({ kind }) => kind === 'media').length;

/** Pictures on disk: place, and the octets themselves. */
export const picturesOf = (rig: Rig): [string, string][] =>
  [...rig.media.files].map(([place, data]) => [place, Buffer.from(data).toString('base64')]);
