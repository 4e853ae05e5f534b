/** How help stands on a screen: two columns of which the first is never wide, whatever an option is called. */
import { type Command, Help, type HelpConfiguration } from 'commander';
import { breakLines, widthOf } from './wide-text.ts';

const MAX_TERM = 30;
const usual = new Help();

export const LAYOUT: HelpConfiguration = {
  displayWidth: widthOf,
  boxWrap: breakLines,
  padWidth: (command: Command, help: Help) => Math.min(MAX_TERM, usual.padWidth(command, help)),
  // What does not fit into the first column has a line of its own.
  formatItem: (term: string, width: number, text: string, help: Help) =>
    widthOf(term) <= width || text === ''
      ? usual.formatItem.call(help, term, width, text, help)
      : `  ${term}\n${usual.formatItem.call(help, '', width, text, help)}`,
};
