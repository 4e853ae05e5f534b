/** Routes (0x8606, 0x8607), and areas and routes read back (0x8608, 0x0608). */
import {
  coordinate,
  countOf,
  enumeration,
  equal,
  flags,
  hasBit,
  list,
  moment,
  octets,
  prefix,
  since,
  struct,
  text,
  u8,
  u16,
  u32,
  when,
} from '../schema/field.ts';
import { message } from '../schema/message.ts';
import { AREAS, OTHER_EDITIONS, POLYGON, unconditional } from './areas.ts';

const timed = hasBit('routeAttributes', 0);
const travelTime = hasBit('segmentAttributes', 0);
const limited = hasBit('segmentAttributes', 1);

/** The corner stands before the bits that give its hemispheres. */
const POINT = struct({
  pointId: u32.about('拐点ID'),
  segmentId: u32.about('路段ID', 'the segment from this point to the next'),
  latitude: coordinate('segmentAttributes', 2).about('拐点纬度'),
  longitude: coordinate('segmentAttributes', 3).about('拐点经度'),
  width: u8.unit('m').about('路段宽度'),
  segmentAttributes: flags(1, { travelTime: 0, speedLimit: 1, southLatitude: 2, westLongitude: 3 }).about('路段属性'),
  maxTravelTime: when(travelTime, u16.unit('s')).about('路段行驶过长阈值'),
  minTravelTime: when(travelTime, u16.unit('s')).about('路段行驶不足阈值'),
  maxSpeed: when(limited, u16.unit('km/h')).about('路段最高速度'),
  overspeedDuration: when(limited, u8.unit('s')).about('路段超速持续时间'),
  nightMaxSpeed: since(2019, when(limited, u16.unit('km/h'))).about('夜间最高速度'),
});

const startTime = moment.about('起始时间', 'without a date: every day');
const endTime = moment.about('结束时间', 'without a date: every day');
const ROUTE = {
  routeId: u32.about('路线ID'),
  routeAttributes: flags(2, {
    time: 0,
    enterAlarmDriver: 2,
    enterAlarmPlatform: 3,
    exitAlarmDriver: 4,
    exitAlarmPlatform: 5,
  }).about('路线属性'),
  startTime: when(timed, startTime),
  endTime: when(timed, endTime),
  points: list(prefix(2, 'pointCount'), POINT).about('拐点项'),
  name: since(2019, text(prefix(2, 'nameLength'))).about('路线名称'),
};

export const setRoute = message(
  0x8606,
  'setRoute',
  { zh: '设置路线', en: 'Set route', from: 'platform', revisions: [2011, 2013, 2019], replies: [0x0001] },
  ROUTE,
  [...OTHER_EDITIONS, unconditional({ ...ROUTE, startTime, endTime })],
);

export const deleteRoutes = message(
  0x8607,
  'deleteRoutes',
  { zh: '删除路线', en: 'Delete routes', from: 'platform', revisions: [2011, 2013, 2019], replies: [0x0001] },
  { ids: list(prefix(1, 'count'), u32).about('路线ID', 'at most 125; none: all routes') },
);

const queryType = enumeration(1, { circle: 1, rectangle: 2, polygon: 3, route: 4 }).about('查询类型');

export const queryAreaRouteData = message(
  0x8608,
  'queryAreaRouteData',
  { zh: '查询区域或线路数据', en: 'Query area/route data', from: 'platform', revisions: [2019], replies: [0x0608] },
  { queryType, ids: list(prefix(4, 'count'), u32).about('要查询的区域或线路的ID', 'none: all of this kind') },
);

const count = u32.about('查询的区域或线路的ID数量');
const DATA = '查询返回的数据';

/**
 * The standard says "the data", which makers read three ways: `count` whole bodies of the message that set them, one
 * such body with the areas inside, or the areas without what stands before them. The one that fits exactly is taken.
 * Carries no serial of the 0x8608.
 */
export const queryAreaRouteResponse = message(
  0x0608,
  'queryAreaRouteResponse',
  { zh: '查询区域或线路数据应答', en: 'Query area/route response', from: 'terminal', revisions: [2019] },
  {
    queryType,
    count: countOf(4, 'circles', 'rectangles', 'polygons', 'routes').about('查询的区域或线路的ID数量'),
    circles: when(equal('queryType', 1), list({ from: 'count' }, struct(AREAS.circles))).about(DATA, 'as 0x8600'),
    rectangles: when(equal('queryType', 2), list({ from: 'count' }, struct(AREAS.rectangles))).about(DATA, 'as 0x8602'),
    polygons: when(equal('queryType', 3), list({ from: 'count' }, struct(POLYGON))).about(DATA, 'as 0x8604'),
    routes: when(equal('queryType', 4), list({ from: 'count' }, struct(ROUTE))).about(DATA, 'as 0x8606'),
  },
  [
    {
      quirk: 'area-data',
      name: 'oneBody',
      revisions: [2011, 2013, 2019],
      body: {
        queryType,
        count,
        circles: when(equal('queryType', 1), list('rest', struct(AREAS.circles))).about(DATA, 'as 0x8600'),
        rectangles: when(equal('queryType', 2), list('rest', struct(AREAS.rectangles))).about(DATA, 'as 0x8602'),
      },
    },
    {
      quirk: 'area-data',
      name: 'bareAreas',
      revisions: [2011, 2013, 2019],
      body: {
        queryType,
        count: countOf(4, 'circleAreas', 'rectangleAreas').about('查询的区域或线路的ID数量'),
        circleAreas: when(equal('queryType', 1), list({ from: 'count' }, AREAS.circle)).about(DATA),
        rectangleAreas: when(equal('queryType', 2), list({ from: 'count' }, AREAS.rectangle)).about(DATA),
      },
    },
    { quirk: 'other-edition', revisions: [2019], as: 2013 },
    { quirk: 'opaque', revisions: [2011, 2013, 2019], body: { queryType, count, data: octets('rest').about(DATA) } },
  ],
);
