/** Tracks as files: GeoJSON (RFC 7946), GPX 1.1, CSV. Points in WGS-84, as terminals send them; those without a fix have no place in a line. */
import { formatTime } from '../../protocol/index.ts';
import type { TrackPoint } from '../fold/store/track-point.ts';

export const TRACK_FORMATS = ['json', 'geojson', 'gpx', 'csv'] as const;
export type TrackFormat = (typeof TRACK_FORMATS)[number];

export const TRACK_TYPES: Readonly<Record<TrackFormat, string>> = {
  json: 'application/json; charset=utf-8',
  geojson: 'application/geo+json; charset=utf-8',
  gpx: 'application/gpx+xml; charset=utf-8',
  csv: 'text/csv; charset=utf-8',
};

/** A point as it is shown. */
export interface TrackView {
  readonly time: string;
  readonly receivedAt: string;
  readonly latitude: number;
  readonly longitude: number;
  /** Metres, km/h, degrees, kilometres. */
  readonly altitude: number;
  readonly speed: number;
  readonly direction: number;
  readonly mileage: number | null;
  readonly fix: 'gnss' | 'none';
  readonly backfill: boolean;
}

export function trackView(point: TrackPoint): TrackView {
  const { time, receivedAt, latitude, longitude, altitude, speed, direction, mileage, fix, backfill } = point;
  return {
    time: formatTime(time),
    receivedAt: formatTime(receivedAt),
    latitude,
    longitude,
    altitude,
    speed,
    direction,
    mileage,
    fix: fix ? 'gnss' : 'none',
    backfill,
  };
}

export interface TrackAbout {
  readonly terminal: string;
  readonly from: number;
  readonly to: number;
  readonly grant: string;
}

/** A whole track as text. */
export function formatTrack(format: TrackFormat, about: TrackAbout, points: readonly TrackPoint[]): string {
  const views = points.map(trackView);
  const said = { terminal: about.terminal, from: formatTime(about.from), to: formatTime(about.to), grant: about.grant };
  switch (format) {
    case 'json':
      return `${JSON.stringify({ ...said, items: views, next: null })}\n`;
    case 'geojson':
      return geojson(said, views);
    case 'gpx':
      return gpx(said, views);
    case 'csv':
      return csv(views);
    default:
      return format satisfies never;
  }
}

type Said = Readonly<Record<'terminal' | 'from' | 'to' | 'grant', string>>;

/** One line, its times beside it; where there are too few points for a line, the points. */
function geojson(said: Said, views: readonly TrackView[]): string {
  const fixed = views.filter(({ fix }) => fix === 'gnss');
  const place = ({ longitude, latitude, altitude }: TrackView): number[] => [longitude, latitude, altitude];
  const geometry =
    fixed.length > 1
      ? { type: 'LineString', coordinates: fixed.map(place) }
      : { type: 'MultiPoint', coordinates: fixed.map(place) };
  const coordinateProperties = {
    times: fixed.map(({ time }) => time),
    speeds: fixed.map(({ speed }) => speed),
    directions: fixed.map(({ direction }) => direction),
  };
  const properties = { ...said, points: fixed.length, coordinateProperties };
  return `${JSON.stringify({ type: 'FeatureCollection', features: [{ type: 'Feature', geometry, properties }] })}\n`;
}

function gpx({ terminal, from, to, grant }: Said, views: readonly TrackView[]): string {
  const points = views
    .filter(({ fix }) => fix === 'gnss')
    .map(
      ({ latitude, longitude, altitude, time }) =>
        `<trkpt lat="${latitude}" lon="${longitude}"><ele>${altitude}</ele><time>${time}</time></trkpt>`,
    );
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<gpx version="1.1" creator="xingji" xmlns="http://www.topografix.com/GPX/1/1">',
    `<trk><name>${terminal}</name><desc>${from} – ${to}, grant ${grant}</desc><trkseg>`,
    ...points,
    '</trkseg></trk>',
    '</gpx>',
    '',
  ].join('\n');
}

function csv(views: readonly TrackView[]): string {
  const columns = [
    'time',
    'latitude',
    'longitude',
    'altitude',
    'speed',
    'direction',
    'mileage',
    'fix',
    'backfill',
    'receivedAt',
  ] as const;
  const rows = views.map((view) => columns.map((column) => view[column] ?? '').join(','));
  return `${[columns.join(','), ...rows].join('\n')}\n`;
}
