/**
 * Where people's hands meet events: what they see, and what they do. Everything done is in the trail; an alarm that a
 * person acknowledged is confirmed to its terminal, as the standard has it (0x8203).
 */
import type { Clock } from '../../protocol/index.ts';
import type { AuditSink } from '../audit/audit.ts';
import { confirmationOf } from './codes-alarm.ts';
import { eventOf } from './event-id.ts';
import type { EventSources } from './event-sources.ts';
import type { Judging } from './judging.ts';
import type { EventQuery, EventStory, ListedEvent } from './store/event-query.ts';
import type { EventStore } from './store/event-store.ts';
import { eventView, frameView, storyView } from './views.ts';

/** A command to a terminal, as the mailbox takes it. */
export interface Confirmation {
  readonly id: string;
  readonly terminal: string;
  readonly type: 'manualAlarmConfirmation';
  readonly body: { readonly alarmSerial: number; readonly alarmTypes: readonly string[] };
  readonly expiresAt: number;
  readonly by: string;
}

export interface EventDeskParts {
  readonly judging: Pick<Judging, 'act' | 'events'>;
  readonly store: EventStore;
  readonly audit: AuditSink;
  readonly clock: Clock;
  /** Hands a command in; rejects where the terminal cannot be told so, as one of 2011. */
  readonly confirm: (confirmation: Confirmation) => Promise<void>;
  /** Whether a terminal's vehicle stays out: of that nothing is told, not even what was before. */
  readonly hidden: (terminal: string) => boolean;
  /** Hears why the terminal will not be told. */
  readonly unconfirmed: (error: unknown, event: string) => void;
}

/** Later than that a terminal has long forgotten the alarm. */
const CONFIRM_WITHIN_MS = 24 * 3_600_000;

export function createEventDesk(parts: EventDeskParts): EventSources {
  const { judging, store, audit, clock } = parts;

  async function storyOf(id: string): Promise<EventStory | undefined> {
    const event = eventOf(id);
    const story = event === undefined ? undefined : await store.story(event);
    return story === undefined || parts.hidden(story.row.terminal) ? undefined : story;
  }

  /** As many as were asked for, where there are so many that may be shown. */
  async function shown(query: EventQuery): Promise<readonly ListedEvent[]> {
    const found: ListedEvent[] = [];
    let last = query.before;
    for (;;) {
      const page = await store.list({ ...query, ...(last === undefined ? {} : { before: last }) });
      found.push(...page.filter(({ row }) => !parts.hidden(row.terminal)));
      if (page.length < query.limit || found.length >= query.limit) return found.slice(0, query.limit);
      last = page.at(-1)!.row.id;
    }
  }

  /** 0x8203 with the serial of the report that has the alarm: it is silent on the driver's display from then on. */
  async function confirm({ row, steps }: EventStory, by: string): Promise<void> {
    const alarm = confirmationOf(row.code);
    const said = steps.findLast(({ step }) => step.alarm !== undefined)?.step.alarm;
    if (alarm === undefined || said === undefined) return;
    const { id, terminal } = row;
    const body = { alarmSerial: said.serial, alarmTypes: [alarm] };
    const expiresAt = clock.now() + CONFIRM_WITHIN_MS;
    const type = 'manualAlarmConfirmation';
    try {
      await parts.confirm({ id: `confirm-${id}`, terminal, type, body, expiresAt, by });
    } catch (error) {
      parts.unconfirmed(error, id);
    }
  }

  return {
    list: async (query) => (await shown(query)).map(eventView),
    async story(id) {
      const story = await storyOf(id);
      return story && storyView(story);
    },
    async evidence(id) {
      const event = eventOf(id);
      const found = event === undefined ? undefined : await store.evidence(event);
      if (found === undefined || parts.hidden(found.row.terminal)) return undefined;
      // An event of one vehicle may rest on what another said.
      const frames = found.frames.filter(({ terminal }) => !parts.hidden(terminal));
      return { ...storyView(found), frames: frames.map(frameView) };
    },
    async act({ action, event: id, by, reason }) {
      const before = await storyOf(id);
      if (before === undefined) return 'unknown';
      const { id: event, terminal, status, acknowledged } = before.row;
      const remembered = judging.events.find(terminal, event) !== undefined;
      const outcome = await judging.act(terminal, {
        action,
        event,
        by,
        ...(reason === undefined ? {} : { reason }),
        ...(remembered ? {} : { upon: before.steps.at(-1)!.step }),
      });
      if (outcome !== 'done') return outcome;
      const after = (await store.story(event))!.row;
      await audit.append([
        {
          who: by,
          what: `event.${action}`,
          subject: `event:${event}`,
          before: { state: status, acknowledged },
          after: { state: after.status, acknowledged: after.acknowledged, ...(reason === undefined ? {} : { reason }) },
          at: clock.now(),
        },
      ]);
      if (action !== 'reopen') await confirm(before, by);
      return 'done';
    },
  };
}
