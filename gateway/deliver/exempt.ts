/** Nothing of a vehicle that stays out goes on to platforms: not even what was recorded before an exemption that reaches back. */
import type { Registry } from '../registry/registry.ts';
import type { Project } from './project.ts';

/** The projection without what is exempt. What stays is what `project` gives. */
export function withoutExempt(project: Project, registry: Pick<Registry, 'exempt' | 'exemptions'>): Project {
  return (view) => {
    const looked = registry.exemptions.size > 0 && view.terminal !== '';
    if (looked && registry.exempt(view.terminal, view.receivedAt) !== undefined) return [];
    const envelopes = project(view);
    if (!looked) return envelopes;
    return envelopes.filter(
      ({ payload }) => payload.time === null || registry.exempt(view.terminal, Date.parse(payload.time)) === undefined,
    );
  };
}
