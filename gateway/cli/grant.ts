/** `xingji grant`: permission to look at a track, by way of a running gateway: asked for, let through, taken back. */
import { type Command, Option } from 'commander';
import { formatTime } from '../../protocol/index.ts';
import { GRANT_STATES, type GrantState } from '../grants/grant.ts';
import { addApiOptions, type ApiFlags, withApi } from './gateway-api.ts';
import { count, terminal, time } from './journal-source.ts';

/** As the API tells it. */
interface GrantView {
  readonly id: string;
  readonly state: GrantState;
  readonly terminal: string;
  readonly from: string;
  readonly to: string;
  readonly until: string;
  readonly reason: string;
  readonly requestedBy: string;
  readonly decidedBy: string | null;
}

type Flags = ApiFlags & { readonly json?: true };

interface RequestFlags extends Flags {
  readonly from: number;
  readonly to: number;
  readonly until: number;
  readonly reason: string;
}

interface ListFlags extends Flags {
  readonly terminal?: string;
  readonly state?: string;
  readonly limit: number;
}

/** Adds the command `grant`. */
export function registerGrant(program: Command): void {
  const grant = program
    .command('grant')
    .description('permission to look at a track: ask for it, let it through, take it back')
    .addHelpText('after', '\nExample:\n  xingji grant list --state requested');
  const on = (name: string, description: string): Command =>
    addApiOptions(grant.command(name).description(description)).option('--json', 'one JSON object per line');

  on('request', 'ask to see where a terminal was')
    .argument('<terminal>', 'its number', terminal)
    .requiredOption('--from <time>', 'of the track, ISO 8601', time)
    .requiredOption('--to <time>', 'of the track, ISO 8601', time)
    .requiredOption('--until <time>', 'when the permission is to end, ISO 8601', time)
    .requiredOption('--reason <text>', 'what for')
    .addHelpText(
      'after',
      `
Example:
  xingji grant request 13912345678 --from 2026-01-05T00:00:00+08:00 --to 2026-01-06T00:00:00+08:00 --until 2026-02-01T00:00:00+08:00 --reason "case 17"`,
    )
    .action((named: string, { from, to, until, reason, ...flags }: RequestFlags) =>
      withApi(flags, async (ask) => {
        const asked = { terminal: named, from: formatTime(from), to: formatTime(to), until: formatTime(until), reason };
        tell((await ask('/api/v1/grants', asked)) as GrantView, flags.json);
      }),
    );

  const decisions = {
    approve: 'let a grant of another person through',
    deny: 'turn a grant down',
    revoke: 'take an approved grant back',
  };
  for (const [action, description] of Object.entries(decisions)) {
    on(action, description)
      .argument('<id>')
      .option('--note <text>', 'why')
      .addHelpText('after', `\nExample:\n  xingji grant ${action} g-8sFzk2 --token TOKEN`)
      .action((id: string, { note, ...flags }: Flags & { readonly note?: string }) =>
        withApi(flags, async (ask) => {
          const said = note === undefined ? {} : { note };
          tell((await ask(`/api/v1/grants/${encodeURIComponent(id)}/${action}`, said)) as GrantView, flags.json);
        }),
      );
  }

  on('list', 'grants, newest first')
    .option('--terminal <t>', 'only for this terminal', terminal)
    .addOption(new Option('--state <state>', 'only in this state').choices(GRANT_STATES))
    .option('--limit <n>', 'at most so many', count, 50)
    .addHelpText('after', '\nExample:\n  xingji grant list --state requested')
    .action((flags: ListFlags) =>
      withApi(flags, async (ask) => {
        const query = new URLSearchParams();
        for (const name of ['terminal', 'state', 'limit'] as const)
          if (flags[name] !== undefined) query.set(name, String(flags[name]));
        const { items } = (await ask(`/api/v1/grants?${query.toString()}`)) as { items: readonly GrantView[] };
        for (const view of items) tell(view, flags.json);
      }),
    );
}

function tell(view: GrantView, json: true | undefined): void {
  if (json === true) return console.log(JSON.stringify(view));
  const { id, state, terminal: named, from, to, until, requestedBy, decidedBy, reason } = view;
  const decided = decidedBy === null ? '' : `, ${state} by ${decidedBy}`;
  console.log(
    `${id}  ${state}  ${named}  ${from} – ${to}, until ${until}, asked for by ${requestedBy}${decided}: ${reason}`,
  );
}
