/** Completion for fish, with what each command and option does. */
import { type CommandNode, nodesOf, type Value } from './command-tree.ts';

export function fishCompletion(root: CommandNode): string {
  const nodes = [...nodesOf(root)];
  const paths = nodes.filter(({ path }) => path.length > 0).map(({ path }) => quoted(path.join(' ')));
  return `# xingji: completion for fish. xingji completion fish > ~/.config/fish/completions/xingji.fish
function __xingji_at --description 'whether this command stands before the cursor'
  set -l here
  for word in (commandline -opc)[2..-1]
    if contains -- (string join -- ' ' $here $word) ${paths.join(' ')}
      set here $here $word
    end
  end
  test "$here" = "$argv[1]"
end
complete -c xingji -f
${nodes.map(linesOf).join('')}`;
}

function linesOf({ path, options, commands, arguments: given }: CommandNode): string {
  const at = `complete -c xingji -n ${quoted(`__xingji_at ${quoted(path.join(' '))}`)}`;
  return [
    ...commands.map(({ path: below, about }) => `${at} -a ${below.at(-1)} -d ${quoted(about)}`),
    ...options.map(({ short, long, about, value }) => {
      const letter = short === undefined || short === long ? '' : ` -s ${short.slice(1)}`;
      return `${at} -l ${long.replace(/^--/, '')}${letter}${takes(value)} -d ${quoted(about)}`;
    }),
    ...given.map(({ of }) => (of === 'free' ? '' : `${at}${offered(of)}`)).filter((line) => line !== ''),
  ]
    .map((line) => `${line}\n`)
    .join('');
}

function takes(value: CommandNode['options'][number]['value']): string {
  if (value === undefined || value.optional) return '';
  return ` -r${offered(value.of)}`;
}

function offered(of: Value): string {
  if (of === 'file') return ' -F';
  return of === 'free' ? '' : ` -a ${quoted(of.words.join(' '))}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", String.raw`\'`)}'`;
}
