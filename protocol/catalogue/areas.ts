/** Areas that a terminal watches by itself: circles, rectangles, polygons. */
import {
  coordinate,
  enumeration,
  type Field,
  flags,
  hasBit,
  list,
  moment,
  prefix,
  type Shape,
  since,
  struct,
  text,
  u8,
  u16,
  u32,
  when,
} from '../schema/field.ts';
import { type About, type Layout, message } from '../schema/message.ts';

/** Bits 8, 14 and 15 since 2013. Bits 6 and 7 hold for every point of the area. */
const AREA_BITS = {
  time: 0,
  speedLimit: 1,
  enterAlarmDriver: 2,
  enterAlarmPlatform: 3,
  exitAlarmDriver: 4,
  exitAlarmPlatform: 5,
  southLatitude: 6,
  westLongitude: 7,
  doorForbidden: 8,
  enterCommOff: 14,
  enterCollectGnss: 15,
} as const;

const HEAD = {
  areaId: u32.about('区域ID'),
  areaAttributes: flags(2, AREA_BITS).about('区域属性'),
};
const latitude = coordinate('areaAttributes', 6);
const longitude = coordinate('areaAttributes', 7);
const timed = hasBit('areaAttributes', 0);
const limited = hasBit('areaAttributes', 1);
const startTime = moment.about('起始时间', 'without a date: every day');
const endTime = moment.about('结束时间', 'without a date: every day');
const maxSpeed = u16.unit('km/h').about('最高速度');
const overspeedDuration = u8.unit('s').about('超速持续时间');
const nightMaxSpeed = u16.unit('km/h').about('夜间最高速度');
const name = since(2019, text(prefix(2, 'nameLength'))).about('区域名称');
const LIMITS = {
  startTime: when(timed, startTime),
  endTime: when(timed, endTime),
  maxSpeed: when(limited, maxSpeed),
  overspeedDuration: when(limited, overspeedDuration),
};
const SINCE_2019 = { nightMaxSpeed: since(2019, when(limited, nightMaxSpeed)), name };
/** The same fields as some platforms write them, whatever the attributes say. */
const ALL_LIMITS = { startTime, endTime, maxSpeed, overspeedDuration };
const ALL_SINCE_2019 = { nightMaxSpeed: since(2019, nightMaxSpeed), name };

const CIRCLE_PLACE = {
  ...HEAD,
  centerLatitude: latitude.about('中心点纬度'),
  centerLongitude: longitude.about('中心点经度'),
  radius: u32.unit('m').about('半径'),
};
const CIRCLE = struct({ ...CIRCLE_PLACE, ...LIMITS, ...SINCE_2019 });
const ALL_OF_CIRCLE = struct({ ...CIRCLE_PLACE, ...ALL_LIMITS, ...ALL_SINCE_2019 });
const RECTANGLE_PLACE = {
  ...HEAD,
  topLeftLatitude: latitude.about('左上点纬度'),
  topLeftLongitude: longitude.about('左上点经度'),
  bottomRightLatitude: latitude.about('右下点纬度'),
  bottomRightLongitude: longitude.about('右下点经度'),
};
const RECTANGLE = struct({ ...RECTANGLE_PLACE, ...LIMITS, ...SINCE_2019 });
const ALL_OF_RECTANGLE = struct({ ...RECTANGLE_PLACE, ...ALL_LIMITS, ...ALL_SINCE_2019 });

const setType = enumeration(1, { update: 0, append: 1, modify: 2 }).about(
  '设置属性',
  'update replaces all of this kind',
);
const circles = { setType, areas: list(prefix(1, 'count'), CIRCLE).about('区域项') };
const rectangles = { setType, areas: list(prefix(1, 'count'), RECTANGLE).about('区域项') };
const vertices = list(
  prefix(2, 'vertexCount'),
  struct({ latitude: latitude.about('顶点纬度'), longitude: longitude.about('顶点经度') }),
).about('顶点项');
/** Body of 0x8604, one polygon. */
export const POLYGON = { ...HEAD, ...LIMITS, vertices, ...SINCE_2019 };
/** Bodies of 0x8600 and 0x8602, and single areas of them, which 0x0608 repeats. */
export const AREAS = { circles, rectangles, circle: CIRCLE, rectangle: RECTANGLE } as const;

/** Terminals of one edition are sent areas in the layout of another: with or without what 2019 added. */
export const OTHER_EDITIONS: readonly Layout[] = [
  { quirk: 'other-edition', revisions: [2019], as: 2013 },
  { quirk: 'other-edition', revisions: [2011, 2013], as: 2019 },
];
/** Fields of a body that come whatever the attributes say. */
export function unconditional(body: Shape): Layout {
  return { quirk: 'unconditional', revisions: [2011, 2013, 2019], body };
}

function otherLayouts(area: Field<unknown>, full: Field<unknown>): readonly Layout[] {
  return [
    {
      // 2011 prints a second count, of the areas in this package, behind that of all of them.
      quirk: 'package-count',
      revisions: [2011, 2013],
      body: { setType, count: u8.about('区域总数'), areas: list(prefix(1, 'packageCount'), area).about('区域项') },
    },
    ...OTHER_EDITIONS,
    unconditional({ setType, areas: list(prefix(1, 'count'), full).about('区域项') }),
  ];
}

function about(zh: string, en: string): About {
  return { zh, en, from: 'platform', revisions: [2011, 2013, 2019], replies: [0x0001] };
}

export const setCircularAreas = message(
  0x8600,
  'setCircularAreas',
  about('设置圆形区域', 'Set circular areas'),
  circles,
  otherLayouts(CIRCLE, ALL_OF_CIRCLE),
);

export const setRectangularAreas = message(
  0x8602,
  'setRectangularAreas',
  about('设置矩形区域', 'Set rectangular areas'),
  rectangles,
  otherLayouts(RECTANGLE, ALL_OF_RECTANGLE),
);

export const setPolygonArea = message(0x8604, 'setPolygonArea', about('设置多边形区域', 'Set polygon area'), POLYGON, [
  ...OTHER_EDITIONS,
  unconditional({ ...HEAD, ...ALL_LIMITS, vertices, ...ALL_SINCE_2019 }),
]);

/** At most 125; none deletes all of the kind. */
const ids = list(prefix(1, 'count'), u32).about('区域ID', 'none: all of this kind');

export const deleteCircularAreas = message(
  0x8601,
  'deleteCircularAreas',
  about('删除圆形区域', 'Delete circular areas'),
  { ids },
);

export const deleteRectangularAreas = message(
  0x8603,
  'deleteRectangularAreas',
  about('删除矩形区域', 'Delete rectangular areas'),
  { ids },
);

export const deletePolygonAreas = message(
  0x8605,
  'deletePolygonAreas',
  about('删除多边形区域', 'Delete polygon areas'),
  { ids },
);
