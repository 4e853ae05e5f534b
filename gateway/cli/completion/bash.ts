/** Completion for bash 4 and later. */
import { type CommandNode, nodesOf, type Value } from './command-tree.ts';

export function bashCompletion(root: CommandNode): string {
  const nodes = [...nodesOf(root)];
  const steps = nodes.flatMap(({ commands }) => commands.map(({ path }) => pattern(path)));
  return `# xingji: completion for bash. In ~/.bashrc: eval "$(xingji completion bash)"
_xingji() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD - 1]} path='' words='' i
  # Which command stands before the cursor; values of options are none.
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$path \${COMP_WORDS[i]}" in
${valued(nodes)}      ${steps.join('|')}) path="$path \${COMP_WORDS[i]}" ;;
    esac
  done
  COMPREPLY=()
  case "$path $prev" in
${values(nodes)}  esac
  case "$path" in
${nodes.map(wordsAt).join('')}  esac
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
}
complete -o default -F _xingji xingji
`;
}

function wordsAt({ path, options, commands, arguments: given }: CommandNode): string {
  const choices = given.flatMap(({ of }) => (typeof of === 'object' ? of.words : []));
  const words = [...commands.map((one) => one.path.at(-1)), ...choices, ...options.map(({ long }) => long)];
  return `    ${quoted(path.map((name) => ` ${name}`).join(''))}) words=${quoted(words.join(' '))} ;;\n`;
}

/** Options whose next word is theirs. */
function valued(nodes: readonly CommandNode[]): string {
  const patterns = nodes.flatMap(({ path, options }) =>
    options
      .filter(({ value }) => value !== undefined && !value.optional)
      .flatMap(({ short, long }) => namesOf(short, long).map((name) => pattern([...path, name]))),
  );
  return patterns.length === 0 ? '' : `      ${patterns.join('|')}) ((i++)) ;;\n`;
}

/** What may stand behind an option. */
function values(nodes: readonly CommandNode[]): string {
  return nodes
    .flatMap(({ path, options }) =>
      options.flatMap(({ short, long, value }) =>
        value === undefined || value.optional
          ? []
          : [
              `    ${namesOf(short, long)
                .map((name) => pattern([...path, name]))
                .join('|')}) ${offered(value.of)} ;;\n`,
            ],
      ),
    )
    .join('');
}

/** An empty answer leaves it to \`-o default\`, which offers files. */
function offered(of: Value): string {
  if (of === 'file') return 'return';
  if (of === 'free') return 'compopt +o default; return';
  return `mapfile -t COMPREPLY < <(compgen -W ${quoted(of.words.join(' '))} -- "$cur"); return`;
}

function namesOf(short: string | undefined, long: string): readonly string[] {
  return short === undefined || short === long ? [long] : [short, long];
}

function pattern(names: readonly string[]): string {
  return quoted(names.map((name) => ` ${name}`).join(''));
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
