/** In which language a command speaks to whoever called it. */
import { Option } from 'commander';

export type Language = 'zh-CN' | 'en';

/** `--lang zh|en`; by LC_ALL, LC_MESSAGES and LANG unless given. */
export function languageOption(): Option {
  return new Option('--lang <language>', 'zh or en; default: that of the environment').choices(['zh', 'en']);
}

/** What `--lang` says on a command line; undefined without one that can be meant. */
export function languageGiven(args: readonly string[]): 'zh' | 'en' | undefined {
  for (const [i, arg] of args.entries()) {
    const given = arg === '--lang' ? args[i + 1] : /^--lang=(.*)$/.exec(arg)?.[1];
    if (given === 'zh' || given === 'en') return given;
  }
  return undefined;
}

export function languageOf(given: 'zh' | 'en' | undefined): Language {
  const { LC_ALL, LC_MESSAGES, LANG } = process.env;
  const named = given ?? [LC_ALL, LC_MESSAGES, LANG].find((value) => value !== undefined && value !== '') ?? 'en';
  return named.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en';
}
