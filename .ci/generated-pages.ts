/** The pages that are made from the code, by path: one source for what the code does and for what is said of it. */
import { BRIDGE_FAULTS } from '../bridge/index.ts';
import { ACCESS_FAULTS } from '../gateway/access/errors.ts';
import { COMMAND_REFUSALS } from '../gateway/command/errors.ts';
import { configurationReference } from '../gateway/config/reference.ts';
import { JOURNAL_ERRORS } from '../gateway/journal/errors.ts';
import { REGISTRY_FAULTS } from '../gateway/registry/errors.ts';
import { CATALOGUE, formatId, markdown, QUIRKS, saidIn } from '../protocol/index.ts';

/** What each page is made by. */
export const GENERATED: Readonly<Record<string, () => string>> = {
  'docs/configuration.md': configurationReference,
  'docs/errors.md': errorReference,
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
