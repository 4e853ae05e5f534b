/** Nothing of a vehicle that stays out goes on to platforms: not even what was recorded before an exemption that reaches back. */
import type { Envelope } from '../../bridge/index.ts';
import type { PositionReader } from '../fold/positions.ts';
import { statedTimes } from '../intake/stated-times.ts';
import type { RecordView } from '../journal/record-view.ts';
import type { Registry } from '../registry/registry.ts';
import type { Project } from './project.ts';

/** Where the body of a file says when it was: its location, or the alarm that it is evidence of. */
interface Dated {
  readonly location?: { readonly time?: unknown };
  readonly file?: { readonly alarm?: { readonly identification?: { readonly time?: unknown } | null } };
}

/** The projection without what is exempt. What stays is what `project` gives. */
export function withoutExempt(
  project: Project,
  registry: Pick<Registry, 'exempt' | 'everExempt' | 'exemptions'>,
  reader: Pick<PositionReader, 'readHeader' | 'header'>,
): Project {
  /** Whether a message that has no time of its own tells of a place in a period. */
  function tells(view: RecordView, payload: Envelope['payload']): boolean {
    // Of a picture or evidence the record has what was said about it, and the payload has it decoded.
    const { body } = payload as { readonly body?: Dated };
    const at = body?.location?.time ?? body?.file?.alarm?.identification?.time;
    if (typeof at === 'string') return registry.exempt(view.terminal, Date.parse(at)) !== undefined;
    if (!reader.readHeader(view)) return false;
    const { id, flagged, total, encryption, bodyAt: from, bodyEnd: to } = reader.header;
    if (total > 1 || encryption !== 0) return false;
    for (const time of statedTimes({ id, b: view.b, from, to, revision: flagged ? 2019 : 2013 }))
      if (time === undefined || registry.exempt(view.terminal, time) !== undefined) return true;
    return false;
  }

  return (view) => {
    const { terminal } = view;
    if (registry.exemptions.size === 0 || terminal === '') return project(view);
    if (registry.everExempt(terminal) === undefined) return project(view);
    if (registry.exempt(terminal, view.receivedAt) !== undefined) return [];
    return project(view).filter(({ payload }) =>
      payload.time === null ? !tells(view, payload) : registry.exempt(terminal, Date.parse(payload.time)) === undefined,
    );
  };
}
