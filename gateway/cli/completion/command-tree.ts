/** What the commands declare, as scripts of shells need it: names, options with their values, what stands where. */
import type { Argument, Command, Option } from 'commander';

/** What a shell offers for a value: one of these words, files, or nothing that it could know. */
export type Value = { readonly words: readonly string[] } | 'file' | 'free';

export interface OptionNode {
  readonly short: string | undefined;
  readonly long: string;
  readonly about: string;
  /** Undefined for a switch; `optional`: it may be left off. */
  readonly value: { readonly name: string; readonly of: Value; readonly optional: boolean } | undefined;
}

export interface CommandNode {
  /** Names from below `xingji` on. */
  readonly path: readonly string[];
  readonly about: string;
  readonly options: readonly OptionNode[];
  readonly arguments: readonly { readonly name: string; readonly of: Value; readonly variadic: boolean }[];
  readonly commands: readonly CommandNode[];
}

/** Values that are files or folders, by their names in the usage. */
const FILES = /file|dir|path|device/i;

export function treeOf(command: Command, path: readonly string[] = []): CommandNode {
  return {
    path,
    about: firstLine(command.description()),
    options: command.createHelp().visibleOptions(command).map(optionOf),
    arguments: command.registeredArguments.map((argument) => ({
      name: argument.name(),
      of: valueOf(argument, argument.name()),
      variadic: argument.variadic,
    })),
    commands: command.commands.map((one) => treeOf(one, [...path, one.name()])),
  };
}

/** It and everything below it. */
export function* nodesOf(node: CommandNode): Generator<CommandNode> {
  yield node;
  for (const one of node.commands) yield* nodesOf(one);
}

function optionOf(option: Option): OptionNode {
  const { flags, short, long, description, required, optional } = option;
  const name = /[<[]([^>\]]+)[>\]]/.exec(flags)?.[1] ?? '';
  return {
    short,
    long: long ?? short ?? '',
    about: firstLine(description),
    value: required || optional ? { name, of: valueOf(option, name), optional } : undefined,
  };
}

function valueOf({ argChoices }: Option | Argument, name: string): Value {
  if (argChoices !== undefined) return { words: argChoices };
  // A usage such as <open|listed> says it too.
  if (name.includes('|')) return { words: name.split('|') };
  return FILES.test(name) ? 'file' : 'free';
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? '';
}
