/** What befalls one as many of its like accuses nobody: the cohorts say so, and the cases of those who came first are judged anew. */
import type { Case } from './case.ts';
import type { Desk } from './desk.ts';
import { carrierOf } from './groups.ts';
import type { Terminal } from './terminal.ts';

/** Notes that so many which run the same program did the same, where they did. `what`: the change, as its cohort is called. */
export function programmed(desk: Desk, t: Terminal, one: Case, what: string): void {
  if (t.firmware === '') return;
  const { cohorts, docket } = desk;
  const at = { at: docket.now, members: cohorts.like(t.firmware) };
  const others = cohorts.befell(`${what} ${t.firmware}`, t.id, at);
  desk.touched('@cohorts');
  if (others === undefined) return;
  const says = { others: others.length, version: t.firmware };
  docket.note(one, { id: 'G5', seq: 0, says });
  for (const id of others) {
    const other = desk.terminal(id);
    const its = other === undefined ? undefined : docket.find(other, one.bench);
    if (other === undefined || !docket.note(its, { id: 'G5', seq: 0, says })) continue;
    docket.settle(other, its!);
    desk.changed(other);
  }
}

/** Whether the cards of an issuer are becoming those of another one, of which this is one: then it is nobody's exchange. */
export function migrates(desk: Desk, t: Terminal, from: string, to: string): boolean {
  const [old, now] = [carrierOf(from), carrierOf(to)];
  if (old === '' || now === '' || old === now) return false;
  const { cohorts, docket, statements, fleet } = desk;
  const others = cohorts.befell(`${old}>${now}`, t.id, { at: docket.now, members: fleet.online(old) });
  desk.touched('@cohorts');
  if (others === undefined) return false;
  for (const id of others) {
    const other = desk.terminal(id);
    const its = other === undefined ? undefined : docket.find(other, 'identity');
    // A card that was exchanged with the terminal around it, or under another licence, is another matter.
    if (other === undefined || its?.code !== 'T401' || its.items.some((item) => item.id !== 'I3')) continue;
    docket.clear(other, its, 'N608');
    docket.drop(other, its);
    desk.changed(other);
  }
  const says = { others: others.length };
  statements.remark(t, { axis: 'normal', code: 'N608', severity: 0, evidence: 'I3g', says });
  return true;
}
