/** Who else is without the sky as a vehicle loses it: in its place, lately, or in the whole region. */
import type { Case } from './case.ts';
import { surprise } from './chance.ts';
import type { Desk } from './desk.ts';
import { ALL } from './groups.ts';
import type { Terminal } from './terminal.ts';

const PARKED_AROUND_S = 330;
/** How seldom a vehicle is denied the sky for a reason that nobody knows, by chance. */
const DENIED_EVERY_S = 30 * 86_400;
const HOUR_S = 3600;
/** What is less of a surprise says nothing; the strength of one other at the same time, and of a nat. */
const LEAST_NATS = 2;
const G3_EACH = 330;
const G3_A_NAT = 110;
/** Of a whole region less is nothing: how often the sky is lost there by chance is known roughly. */
const FAR_NATS = 8;

/** Others nearby that lost their fixes at the same time, or were denied them within the hour: who drives into a place is met by what is there. */
export function others(desk: Desk, t: Terminal, one: Case, since: number, parked: boolean): boolean {
  const { docket, skies } = desk;
  // What is parked says so when its next report is due; that another one of the place lost it too is no chance.
  const lost = skies.around(t, since, parked ? { seconds: PARKED_AROUND_S, before: since - t.fixAt } : {});
  const together = lost >= (parked ? 1 : 2) ? lost * G3_EACH : 0;
  const lately = skies.denied(t, docket.now);
  const nats = surprise(lately, (desk.fleet.about(t) * HOUR_S) / DENIED_EVERY_S);
  const far = skies.farAround(t, since, desk.fleet.online(ALL));
  const most = Math.max(nats < LEAST_NATS ? 0 : nats, far.nats < FAR_NATS ? 0 : far.nats);
  const strength = Math.min(1500, Math.max(together, Math.round(most) * G3_A_NAT));
  const says = { lost: Math.max(lost, lately, far.nats < FAR_NATS ? 0 : far.lost) };
  return strength > 0 && docket.note(one, { id: 'G3', strength, seq: 0, says });
}
