/** A profile as a file of scenarios describes it, as the firmware knows profiles. */
import { PROFILES } from '../profiles/index.ts';
import { A } from '../profiles/a.ts';
import type { Profile, ProfileItem } from '../profiles/profile.ts';
import type { ProfileFacts } from './form.ts';

/** The profile of that name with the habits and items of the file; one of another name stands on the first of its revision. */
export function profileOf(name: string, facts: ProfileFacts): Profile {
  const known = Object.values(PROFILES);
  const base = PROFILES[name] ?? known.find(({ revision }) => revision === facts.proto) ?? A;
  return {
    ...base,
    name,
    revision: facts.proto,
    onMs: facts.on_s * 1000,
    offMs: facts.off_s * 1000,
    sleepReportMs: facts.sleep_report_s * 1000,
    heartbeatMs: facts.heartbeat_s * 1000,
    sleepAfterMs: facts.sleep_after_s * 1000,
    sleepLink: facts.sleep_link,
    backupMs: facts.backup_s * 1000,
    replayDepth: facts.replay_depth,
    serialRestart: facts.serial_reset,
    tellsImei: facts.imei_in_auth,
    alarmBits: facts.alarm_bits,
    csqDetached: facts.rssi_when_detached,
    latencyFactor: facts.latency_factor,
    items: itemsOf(facts.items, base),
  };
}

/** A profile of the firmware in the words of a file; its items are told by their ids. */
export function factsOfProfile(profile: Profile): ProfileFacts {
  const hex = (id: number): string => id.toString(16).toUpperCase().padStart(2, '0');
  return {
    name: profile.name,
    proto: profile.revision,
    on_s: profile.onMs / 1000,
    off_s: profile.offMs / 1000,
    heartbeat_s: profile.heartbeatMs / 1000,
    sleep_after_s: profile.sleepAfterMs / 1000,
    sleep_report_s: profile.sleepReportMs / 1000,
    sleep_link: profile.sleepLink,
    backup_s: profile.backupMs / 1000,
    replay_depth: profile.replayDepth,
    serial_reset: profile.serialRestart,
    items: profile.items.flatMap((item) =>
      'inside' in item ? item.inside.map(({ id }) => `${hex(item.id)}:${hex(id & 0xff)}`) : [hex(item.id)],
    ),
    imei_in_auth: profile.tellsImei,
    alarm_bits: [...profile.alarmBits],
    rssi_when_detached: profile.csqDetached,
    latency_factor: profile.latencyFactor,
  };
}

/** `30` is item 0x30, `EB:2D` an entry of 0xEB, `E5:agc_drop_db` item 0xE5. The base's own form of an item comes first. */
function itemsOf(names: readonly string[], base: Profile): ProfileItem[] {
  const items = new Map<number, ProfileItem>();
  for (const name of names) {
    const [outer = '', inner = ''] = name.split(':');
    const id = Number.parseInt(outer, 16);
    const item = formOf(id, base);
    if (item === undefined) continue;
    if (!('inside' in item)) {
      items.set(id, item);
      continue;
    }
    const wanted = Number.parseInt(inner, 16);
    const before = items.get(id);
    const entries = before !== undefined && 'inside' in before ? before.inside : [];
    const more = item.inside.filter((entry) => Number.isNaN(wanted) || (entry.id & 0xff) === wanted);
    items.set(id, { id, inside: [...entries, ...more.filter((entry) => !entries.includes(entry))] });
  }
  return [...items.values()];
}

function formOf(id: number, base: Profile): ProfileItem | undefined {
  for (const profile of [base, ...Object.values(PROFILES)]) {
    const item = profile.items.find((candidate) => candidate.id === id);
    if (item !== undefined) return item;
  }
  return undefined;
}
