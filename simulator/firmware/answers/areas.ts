/** Areas and routes: set, deleted, read back (0x8600–0x8608). */
import { type Answer, type Answering, type Answers, type Outcome, reply } from './answering.ts';
import { forget, MAX_FENCES } from '../fences/fences.ts';
import { keptBy } from '../kept.ts';

type Kind = 'circles' | 'rectangles' | 'polygons' | 'routes';

const circles: Answer<0x8600> = (context, { setType, areas }) => set(context, 'circles', setType, areas);
const rectangles: Answer<0x8602> = (context, { setType, areas }) => set(context, 'rectangles', setType, areas);
const polygon: Answer<0x8604> = (context, area) => set(context, 'polygons', 'append', [area]);

const route: Answer<0x8606> = ({ terminal }, body) => {
  const { routes } = keptBy(terminal).fences;
  if (routes.size >= MAX_FENCES && !routes.has(body.routeId)) return 'failure';
  routes.set(body.routeId, body);
  return 'success';
};

const remove =
  (kind: Kind) =>
  ({ terminal }: Answering, { ids }: { readonly ids: readonly number[] }): Outcome => {
    const { fences } = keptBy(terminal);
    for (const id of ids.length === 0 ? [...fences[kind].keys()] : ids) forget(fences, kind, id);
    return 'success';
  };

/** Update replaces all of the kind; append and modify go by the id. */
function set<A extends { readonly areaId: number }>(
  { terminal }: Answering,
  kind: 'circles' | 'rectangles' | 'polygons',
  setType: string | number,
  areas: readonly A[],
): Outcome {
  const { fences } = keptBy(terminal);
  const into = fences[kind] as unknown as Map<number, A>;
  if (setType === 'update') for (const id of into.keys()) forget(fences, kind, id);
  if (into.size + areas.length > MAX_FENCES) return 'failure';
  for (const area of areas) into.set(area.areaId, area);
  return 'success';
}

/** Each area as the whole body that would set it: one of three readings of the standard, and the most common. */
const readBack: Answer<0x8608> = (context, { queryType, ids }) => {
  const { fences } = keptBy(context.terminal);
  const wanted = <V>(from: ReadonlyMap<number, V>): V[] =>
    ids.length === 0 ? [...from.values()] : ids.flatMap((id) => from.get(id) ?? []);
  switch (queryType) {
    case 'circle':
      return reply(context, 0x0608, { queryType, circles: wanted(fences.circles).map(asUpdate) });
    case 'rectangle':
      return reply(context, 0x0608, { queryType, rectangles: wanted(fences.rectangles).map(asUpdate) });
    case 'polygon':
      return reply(context, 0x0608, { queryType, polygons: wanted(fences.polygons) });
    case 'route':
      return reply(context, 0x0608, { queryType, routes: wanted(fences.routes) });
    default:
      return 'unsupported';
  }
};

function asUpdate<A>(area: A): { setType: 'update'; areas: readonly A[] } {
  return { setType: 'update', areas: [area] };
}

export const ANSWER_AREAS: Answers = {
  0x8600: circles,
  0x8601: remove('circles'),
  0x8602: rectangles,
  0x8603: remove('rectangles'),
  0x8604: polygon,
  0x8605: remove('polygons'),
  0x8606: route,
  0x8607: remove('routes'),
  0x8608: readBack,
};
