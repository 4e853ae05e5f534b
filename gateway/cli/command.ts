/** `xingji command`: orders to terminals, by way of a running gateway. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { CATALOGUE, formatId, formatTime } from '../../protocol/index.ts';
import type { CommandPage, CommandView, GroupView } from '../api/command-sources.ts';
import { PRIORITIES } from '../command/command.ts';
import { addApiOptions, type ApiFlags, withApi } from './gateway-api.ts';
import { count, duration, pause } from './journal-source.ts';

type View = CommandView | GroupView;

interface SendFlags extends ApiFlags {
  readonly id?: string;
  readonly terminal?: readonly string[];
  readonly division?: string;
  readonly online?: true;
  readonly nearest?: readonly [latitude: number, longitude: number];
  readonly count: number;
  readonly radius?: number;
  readonly body?: Readonly<Record<string, unknown>>;
  readonly priority?: string;
  readonly expires?: number;
  readonly wait?: number;
  readonly json?: true;
}

interface ListFlags extends ApiFlags {
  readonly terminal?: string;
  readonly state?: string;
  readonly awaiting?: true;
  readonly limit: number;
  readonly json?: true;
}

const LOOK_EVERY_MS = 250;
const SEND_HELP = `
With several --terminal, with --division or --nearest it is a command to many, of which each terminal's own has the id
ID:TERMINAL. What can do harm may wait for a second person: xingji command approve. --wait waits for the end.

Exit code: 0 taken (with --wait: done), 1 refused or not done, 2 wrong usage or no gateway.

Examples:
  xingji command send textMessage --terminal 13912345678 --body '{"flag":["display"],"text":"请靠边停车"}' --wait 30s
  xingji command send locationQuery --division 5301 --online
  xingji command send textMessage --nearest 25.04,102.71 --count 5 --body '{"flag":["urgent"],"text":"集合"}'`;

/** Adds the command `command`. */
export function registerCommand(program: Command): void {
  const command = program.command('command').description('orders to terminals, by way of a running gateway');
  const on = (name: string, description: string): Command =>
    addApiOptions(command.command(name).description(description)).option('--json', 'one JSON object per line');

  on('send', 'send a message to one terminal or to many')
    .argument('<type>', 'name of a platform message; xingji command types lists them')
    .option('--terminal <t>', 'to this terminal; may be given again', (text, all?: string[]) => [...(all ?? []), text])
    .option('--division <code>', 'to all of a division, by its leading digits')
    .option('--online', 'with --division: only to those that are online')
    .option('--nearest <lat,lon>', 'to the nearest that are online', point)
    .option('--count <n>', 'with --nearest: how many', count, 1)
    .option('--radius <metres>', 'with --nearest: no further than this', count)
    .option('--body <json>', 'fields of the message', fields)
    .option('--id <id>', 'the same id again is the same command')
    .addOption(new Option('--priority <p>', 'what goes first').choices(PRIORITIES))
    .option('--expires <duration>', 'not sent to a terminal that is away for longer', duration)
    .option('--wait <duration>', 'wait for the end', duration)
    .addHelpText('after', SEND_HELP)
    .action((type: string, flags: SendFlags, self: Command) => send(type, flags, self));

  on('list', 'commands, newest first')
    .option('--terminal <t>', 'only of this terminal')
    .option('--state <state>', 'only in this state')
    .option('--awaiting', 'only those that wait for a second person')
    .option('--limit <n>', 'at most so many', count, 50)
    .addHelpText('after', '\nExample:\n  xingji command list --awaiting')
    .action((flags: ListFlags) =>
      withApi(flags, async (ask) => {
        const query = new URLSearchParams();
        for (const name of ['terminal', 'state', 'awaiting', 'limit'] as const)
          if (flags[name] !== undefined) query.set(name, String(flags[name]));
        const { items } = (await ask(`/api/v1/commands?${query.toString()}`)) as CommandPage;
        for (const view of items) tell(view, flags.json, false);
      }),
    );

  on('show', 'where a command stands')
    .argument('<id>')
    .addHelpText('after', '\nExample:\n  xingji command show c-1f2e3d')
    .action((id: string, flags: ApiFlags & { readonly json?: true }) =>
      withApi(flags, async (ask) => tell((await ask(pathOf(id))) as View, flags.json, true)),
    );

  on('approve', 'let a command of another person through')
    .argument('<id>')
    .addHelpText('after', '\nExample:\n  xingji command approve c-1f2e3d --token TOKEN')
    .action((id: string, flags: ApiFlags & { readonly json?: true }) =>
      withApi(flags, async (ask) => tell((await ask(`${pathOf(id)}/approve`, {})) as View, flags.json, true)),
    );

  on('reject', 'turn a command down that waits for a second person')
    .argument('<id>')
    .requiredOption('--reason <text>', 'why')
    .addHelpText('after', '\nExample:\n  xingji command reject c-1f2e3d --reason "not while it drives"')
    .action((id: string, flags: ApiFlags & { readonly json?: true; readonly reason: string }) =>
      withApi(flags, async (ask) =>
        tell((await ask(`${pathOf(id)}/reject`, { reason: flags.reason })) as View, flags.json, true),
      ),
    );

  command
    .command('types')
    .description('messages that can be sent as commands; xingji schema NAME shows the fields of one')
    .addHelpText('after', '\nExample:\n  xingji command types')
    .action(() => {
      for (const { id, name, about } of CATALOGUE)
        if (about.from === 'platform' && 'replies' in about)
          console.log(`${formatId(id, 4)}  ${name.padEnd(38)}${about.zh}`);
    });
}

function send(type: string, flags: SendFlags, self: Command): Promise<void> {
  const { terminal = [], division, online, nearest, radius, expires, priority, id, body } = flags;
  const ways = [terminal.length > 0, division !== undefined, nearest !== undefined].filter(Boolean).length;
  if (ways !== 1) self.error('say whom it is for: --terminal, --division or --nearest');
  const order = {
    type,
    ...(id === undefined ? {} : { id }),
    ...(body === undefined ? {} : { body }),
    ...(priority === undefined ? {} : { priority }),
    ...(expires === undefined ? {} : { expiresAt: formatTime(Date.now() + expires) }),
  };
  const [latitude, longitude] = nearest ?? [];
  const target =
    nearest !== undefined
      ? { nearest: { latitude, longitude, count: flags.count, ...(radius === undefined ? {} : { radius }) } }
      : division !== undefined
        ? { division, ...(online === undefined ? {} : { online }) }
        : { terminals: terminal };
  return withApi(flags, async (ask) => {
    const one = terminal.length === 1 ? terminal[0] : undefined;
    const taken =
      one === undefined
        ? await ask('/api/v1/commands', { ...order, target })
        : await ask(`/api/v1/terminals/${encodeURIComponent(one)}/commands`, order);
    let view = taken as View;
    const until = performance.now() + (flags.wait ?? 0);
    while (!isOver(view) && performance.now() < until) {
      await pause(LOOK_EVERY_MS);
      view = (await ask(pathOf(view.id))) as View;
    }
    tell(view, flags.json, true);
    if (flags.wait !== undefined && !isDone(view)) process.exitCode = 1;
  });
}

const pathOf = (id: string): string => `/api/v1/commands/${encodeURIComponent(id)}`;

function isOver(view: View): boolean {
  return 'terminals' in view ? view.finished : ['done', 'failed', 'timedOut', 'expired'].includes(view.state);
}

function isDone(view: View): boolean {
  return 'terminals' in view ? view.terminals.every(({ state }) => state === 'done') : view.state === 'done';
}

function tell(view: View, json: true | undefined, whole: boolean): void {
  if (json === true) return console.log(JSON.stringify(view));
  const { id, type, by, acceptedAt, approval, approvedBy, reason } = view;
  const state = approval === 'needed' ? 'waits for approval' : view.state;
  const whom = 'terminals' in view ? `${view.terminals.length} terminals` : view.terminal;
  const words = [id, type, whom, state, `by ${by}`, ...(approvedBy === undefined ? [] : [`approved by ${approvedBy}`])];
  console.log(`${acceptedAt}  ${words.join('  ')}${reason === undefined ? '' : `: ${reason}`}`);
  if (!whole) return undefined;
  if ('terminals' in view) {
    for (const { terminal, distance, state: step, reason: why = '' } of view.terminals)
      console.log(
        `  ${terminal}  ${step ?? 'not sent'}${distance === undefined ? '' : `  ${distance} m`}  ${why}`.trimEnd(),
      );
  } else if (view.result !== undefined) console.log(`  ${JSON.stringify(view.result)}`);
  return undefined;
}

function fields(text: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new InvalidArgumentError('Expected a JSON object.');
  return value as Readonly<Record<string, unknown>>;
}

function point(text: string): readonly [number, number] {
  const [, latitude, longitude] = /^(-?\d+(?:\.\d+)?),(-?\d+(?:\.\d+)?)$/.exec(text) ?? [];
  if (latitude === undefined || longitude === undefined)
    throw new InvalidArgumentError('Expected degrees as latitude,longitude.');
  return [Number(latitude), Number(longitude)];
}
