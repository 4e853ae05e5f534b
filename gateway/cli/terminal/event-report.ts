/** What is seen, as a line for people and as an object for programs. What a terminal sent cannot move the cursor or colour the screen. */
import { type DescribedMessage, formatHex, formatTime } from '../../../protocol/index.ts';
import type { LinkEvent } from '../../terminal-link/terminal-link.ts';
import { colors } from '../colors.ts';
import { formatDescribed, printable, tree } from '../message-text.ts';
import type { Report } from './tool.ts';
import { fieldsOf } from './watch-filter.ts';

export interface ReportForm {
  /** Only these fields of a message. */
  readonly fields?: readonly string[];
  /** Every field on a line of its own. */
  readonly tree?: boolean;
}

/** Characters of a line behind its name; what is longer ends in …. */
const BRIEF = 150;
const ARROWS = { up: colors.green('↑'), down: colors.yellow('↓') } as const;

type Shown = {
  readonly json: Readonly<Record<string, unknown>>;
  readonly text: string;
  readonly more?: readonly string[];
};

export function reportOf(event: LinkEvent, form: ReportForm = {}): Report {
  const at = formatTime(event.at);
  const { json, text, more = [] } = shown(event, form);
  // The day is known to whoever watches.
  const clock = colors.dim(at.slice(11, 23).replace(/[+Z].*$/, ''));
  return { json: { type: event.kind, at, ...json }, text: [`${clock} ${text}`.trimEnd(), ...more] };
}

function shown(event: LinkEvent, form: ReportForm): Shown {
  switch (event.kind) {
    case 'message':
      return messageShown(event.message, event.direction, form);
    case 'fault': {
      const { reason, detail, hex } = event.fault;
      const text = `${colors.red('✗')} ${colors.red(reason)}: ${printable(detail)}  ${colors.dim(shorter(hex))}`;
      return { json: { ...event.fault }, text };
    }
    case 'state': {
      const { state, detail } = event;
      return { json: { state, detail }, text: `${colors.cyan(`• ${state}`)} ${printable(detail)}` };
    }
    case 'frame': {
      const { direction, octets } = event;
      const hex = formatHex(octets);
      return { json: { direction, hex }, text: `${ARROWS[direction]} ${colors.dim(hex)}` };
    }
    case 'sentence': {
      const line = new TextDecoder('latin1').decode(event.octets).trimEnd();
      return { json: { line }, text: `${colors.magenta('$')} ${printable(line)}` };
    }
    case 'medium': {
      const { octets, ...about } = event.medium;
      const text = `${ARROWS.up} ${colors.bold('medium')}  ${brieflyOf(about)} octets=${octets.length}`;
      return { json: { medium: { ...about, octets: octets.length } }, text };
    }
    case 'position':
      return { json: { position: event.position }, text: brieflyOf({ ...event.position }) };
    default:
      return toldShown(event.what, event.payload, form);
  }
}

function messageShown(message: DescribedMessage, direction: 'up' | 'down', form: ReportForm): Shown {
  const arrow = ARROWS[direction];
  const name = message.name === null ? colors.yellow('unknown message') : colors.bold(message.name);
  const head = `${arrow} ${colors.dim(message.id)} ${name}`;
  if (form.fields !== undefined) {
    const fields = fieldsOf(message, form.fields);
    return { json: { direction, id: message.id, name: message.name, fields }, text: `${head}  ${brieflyOf(fields)}` };
  }
  const json = { direction, ...message };
  return form.tree === true
    ? { json, text: `${arrow} ${formatDescribed(message)}` }
    : { json, text: `${head}  ${briefOf(message)}` };
}

/** What a gateway told: `payload` is an envelope of the contract. */
function toldShown(
  what: string,
  payload: Readonly<Record<string, unknown>>,
  { fields, tree: whole }: ReportForm,
): Shown {
  const head = `${ARROWS.up} ${colors.bold(what)}`;
  if (fields !== undefined) {
    const found = fieldsOf({ id: '', name: what, body: payload }, fields);
    return { json: { what, fields: found }, text: `${head}  ${brieflyOf(found)}` };
  }
  const json = { what, payload };
  return whole === true
    ? { json, text: head, more: tree(payload, '  ') }
    : { json, text: `${head}  ${brieflyOf(payload)}` };
}

function briefOf({ body, part, quirks }: DescribedMessage): string {
  const parts = part === null ? '' : `part ${part.number}/${part.total} `;
  const odd = quirks.length === 0 ? '' : ` ${colors.yellow(`tolerated ${quirks.join(',')}`)}`;
  return `${parts}${brieflyOf(body as Readonly<Record<string, unknown>>)}${odd}`;
}

/** `name=value` of whatever is said, cut where it becomes long. */
export function brieflyOf(fields: Readonly<Record<string, unknown>>): string {
  const words = Object.entries(fields)
    .filter(([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0))
    .map(([name, value]) => `${name}=${valueText(value)}`);
  return shorter(printable(words.join(' ')));
}

/** A value on a line: a text as it is, lists with commas, anything else as JSON. */
export function valueText(value: unknown): string {
  if (typeof value === 'string') return value;
  const scalars = Array.isArray(value) && value.every((each) => typeof each !== 'object');
  return scalars ? value.join(',') : JSON.stringify(value);
}

function shorter(text: string): string {
  return text.length <= BRIEF ? text : `${text.slice(0, BRIEF - 1)}…`;
}
