/** The pages that are made from the code, by path: one source for what the code does and for what is said of it. */
import { asyncApi, BRIDGE_FAULTS } from '../bridge/index.ts';
import { ACCESS_FAULTS } from '../gateway/access/errors.ts';
import { COMMAND_REFUSALS } from '../gateway/command/errors.ts';
import { configurationReference } from '../gateway/config/reference.ts';
import { FINDING_CODES } from '../gateway/events/codes.ts';
import { ALARM_CODES, VIDEO_CODES } from '../gateway/events/codes-alarm.ts';
import type { CodeName } from '../gateway/events/code-name.ts';
import { SAFETY_CODES } from '../gateway/events/codes-safety.ts';
import { JOURNAL_ERRORS } from '../gateway/journal/errors.ts';
import { REGISTRY_FAULTS } from '../gateway/registry/errors.ts';
import { VERSION } from '../gateway/version.ts';
import { CATALOGUE, formatId, markdown, QUIRKS, saidIn } from '../protocol/index.ts';

/** What each page is made by. */
export const GENERATED: Readonly<Record<string, () => string>> = {
  'docs/asyncapi.json': () => `${JSON.stringify(asyncApi({ version: VERSION }), undefined, 2)}\n`,
  'docs/configuration.md': configurationReference,
  'docs/errors.md': errorReference,
  'docs/event-codes.md': eventCodes,
  'docs/messages.md': messageReference,
};

const TABLES: readonly (readonly [heading: string, about: string, codes: Readonly<Record<string, string>>])[] = [
  ['Journal', 'The disk and the data folder.', JOURNAL_ERRORS],
  ['Platforms', 'Brokers, stores, commands and facts that come in.', BRIDGE_FAULTS],
  ['Commands', 'Why a command is not taken.', COMMAND_REFUSALS],
  ['Accounts', 'The store of accounts.', ACCESS_FAULTS],
  ['Registry', 'Facts of platforms, vehicles and terminals.', REGISTRY_FAULTS],
];

function errorReference(): string {
  const sections = TABLES.map(([heading, about, codes]) => {
    const rows = Object.entries(codes).map(([code, sentence]) => `| \`${code}\` | ${sentence} |`);
    return [`## ${heading}`, '', about, '', '| code | means |', '|---|---|', ...rows, ''].join('\n');
  });
  return [
    '# Errors',
    '',
    'This page is made from the `errors.ts` of each folder. Codes are stable; they stand in logs, in replies and in problem details.',
    '',
    ...sections,
  ].join('\n');
}

const EVENT_TABLES: readonly (readonly [string, string, Readonly<Record<string, CodeName>>])[] = [
  ['Findings', 'What the detector concludes: T violation, F fault, N normal, R rule of use.', FINDING_CODES],
  ['Alarm bits', 'Bits of the alarm flags of 0x0200, by their number (JT/T 808 table 24).', ALARM_CODES],
  ['Video', 'Bits of item 0x14, by their number (JT/T 1078).', VIDEO_CODES],
  [
    'Active safety',
    'Items 0x64 to 0x67 (T/JSATL 12) and 0x70 (DB32/T 3610.3), with the type in hexadecimal.',
    SAFETY_CODES,
  ],
];

function eventCodes(): string {
  const sections = EVENT_TABLES.map(([heading, about, codes]) => {
    const rows = Object.entries(codes).map(
      ([code, { zh, en, severity }]) => `| \`${code}\` | ${zh} | ${en} | ${severity} |`,
    );
    return [`## ${heading}`, '', about, '', '| code | 名称 | name | severity |', '|---|---|---|---|', ...rows, ''].join(
      '\n',
    );
  });
  return [
    '# Event codes',
    '',
    'This page is made from `gateway/events`. The severity is that without circumstances. What events are: [events.md](events.md).',
    '',
    ...sections,
  ].join('\n');
}

function messageReference(): string {
  const quirks = Object.entries(QUIRKS).map(([name, { about }]) => `| \`${name}\` | ${about} |`);
  return [
    '# Messages',
    '',
    'This page is made from the descriptors in `protocol/catalogue`. Fields stand in the order of the wire;',
    'their names are those of the JSON form. How to add one: [protocol.md](protocol.md).',
    '',
    '| id | message | 消息 | from | editions |',
    '|---|---|---|---|---|',
    ...CATALOGUE.map(({ id, name, about }) => {
      const hex = formatId(id, 4);
      const link = `[\`${name}\`](#${hex.toLowerCase()}-${name.toLowerCase()})`;
      return `| ${hex} | ${link} | ${about.zh} | ${about.from} | ${about.revisions.join(', ')} |`;
    }),
    '',
    '## Catalogue',
    '',
    ...CATALOGUE.map((message) => markdown(message, saidIn(CATALOGUE))),
    '## Quirks',
    '',
    'Deviations that are tolerated, counted, and shown with the message.',
    '',
    '| quirk | what was met |',
    '|---|---|',
    ...quirks,
    '',
  ].join('\n');
}
