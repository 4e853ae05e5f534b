/** Completion for zsh, with what each option does. */
import { type CommandNode, nodesOf, type OptionNode, type Value } from './command-tree.ts';

export function zshCompletion(root: CommandNode): string {
  const functions = [...nodesOf(root)].map((node) => (node.commands.length === 0 ? leaf(node) : group(node)));
  return `#compdef xingji
# xingji: completion for zsh. Put it into a folder of $fpath as _xingji, or: eval "$(xingji completion zsh)"
${functions.join('')}
if [ "$funcstack[1]" = "_xingji" ]; then _xingji "$@"; else compdef _xingji xingji; fi
`;
}

function leaf({ path, options, arguments: given }: CommandNode): string {
  const places = given.map(({ name, of, variadic }) => `${variadic ? '*' : ''}:${escaped(name)}:${action(of)}`);
  return body(path, [...options.map(spec), ...places].map(line).join(''), '');
}

function group({ path, options, commands }: CommandNode): string {
  const names = commands.map(({ path: below, about }) =>
    quoted(`${below.at(-1)}:${about.replaceAll(':', String.raw`\:`)}`),
  );
  const cases = commands.map(({ path: below }) => `    ${below.at(-1)}) ${functionOf(below)} ;;\n`);
  const specs = [...options.map(spec), '1: :->command', '*:: :->rest'].map(line).join('');
  return body(
    path,
    `-C ${specs.trimStart()}`,
    `  case $state in
  command) local -a commands=(${names.join(' ')}); _describe command commands ;;
  rest) case $words[1] in
${cases.join('')}    esac ;;
  esac
`,
  );
}

function body(path: readonly string[], specs: string, behind: string): string {
  return `
${functionOf(path)}() {
  local state line
  local -A opt_args
  _arguments ${specs.trimStart().replace(/ \\\n$/, '\n')}${behind}}
`;
}

function line(text: string): string {
  return `    ${quoted(text)} \\\n`;
}

function spec({ short, long, about, value }: OptionNode): string {
  const names = short === undefined || short === long ? '' : `(${short} ${long})`;
  const takes = value === undefined ? '' : `${value.optional ? '::' : ':'}${escaped(value.name)}:${action(value.of)}`;
  return `${names}${long}[${escaped(about)}]${takes}`;
}

function action(of: Value): string {
  if (of === 'file') return '_files';
  return of === 'free' ? ' ' : `(${of.words.join(' ')})`;
}

function functionOf(path: readonly string[]): string {
  return ['_xingji', ...path].join('_').replaceAll('-', '_');
}

function escaped(text: string): string {
  return text.replaceAll(/[[\]:\\]/g, String.raw`\$&`);
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
