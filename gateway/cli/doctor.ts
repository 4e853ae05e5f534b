/** `xingji doctor`: how a configuration and its data folder stand against graded protection, level three. */
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { accountsPath, readStore } from '../access/account-file.ts';
import { AccessError } from '../access/errors.ts';
import { checkTrail } from '../audit/check-trail.ts';
import { formatFault, loadConfig } from '../config/load.ts';
import { CONFIG_FLAGS } from '../config/settings.ts';
import { assess, type Facts, type Finding } from '../doctor/assess.ts';
import { privateKeyPath } from '../journal/signing-key.ts';
import { trailsOf } from './audit-source.ts';
import { colors } from './colors.ts';
import { readPublicKey } from './journal-source.ts';
import { languageOf, languageOption } from './language.ts';

interface DoctorFlags extends Record<string, unknown> {
  readonly config?: string;
  readonly lang?: 'zh' | 'en';
  readonly json?: true;
}

/** Adds the command `doctor`. */
export function registerDoctor(program: Command): void {
  const command = program
    .command('doctor')
    .description(
      'how the configuration and its data folder stand against graded protection (等级保护 2.0), level three',
    )
    .option('-c, --config <FILE>', 'settings in a YAML file, as serve has it')
    .option('--json', 'one JSON object per finding')
    .addOption(languageOption());
  for (const { flags, description } of CONFIG_FLAGS) command.option(flags, description);
  command
    .addHelpText(
      'after',
      `
Give it the settings that serve is given. It looks at what a program can see of GB/T 22239-2019; it replaces no assessment.

Exit code: 0 no finding fails, 1 one does, 2 the configuration is wrong.

Example:
  xingji doctor -c xingji.yaml --lang zh`,
    )
    .action(async ({ config: file, lang, json, ...flags }: DoctorFlags) => {
      const loaded = loadConfig({ file, env: process.env, flags });
      if ('faults' in loaded) {
        for (const fault of loaded.faults) console.error(formatFault(fault));
        process.exitCode = 2;
        return;
      }
      const { config } = loaded;
      let facts: Facts;
      try {
        facts = { config, ...(await factsOf(config.data)) };
      } catch (error) {
        if (!(error instanceof AccessError)) throw error;
        console.error(error.message);
        process.exitCode = 1;
        return;
      }
      const findings = assess(facts);
      for (const finding of findings) tell(finding, languageOf(lang), json);
      if (findings.some(({ verdict }) => verdict === 'fail')) process.exitCode = 1;
    });
}

async function factsOf(data: string): Promise<Omit<Facts, 'config'>> {
  const files = [
    accountsPath(data),
    privateKeyPath(data),
    join(data, 'first-run.json'),
    ...trailsOf(data).map(({ path }) => path),
  ];
  const paths = [...(existsSync(data) ? [`${data}/`] : []), ...files.filter((path) => existsSync(path))];
  const store = readStore(accountsPath(data));
  return {
    accounts: store?.accounts,
    fourEyes: store?.fourEyes === true,
    modes: paths.map((path) => ({ path, mode: statSync(path).mode })),
    firstRun: existsSync(join(data, 'first-run.json')),
    trailFaults: await trailFaults(data),
    clockSynchronised: existsSync('/run/systemd/timesync/synchronized') ? true : undefined,
    root: process.getuid?.() === 0,
    now: Date.now(),
  };
}

async function trailFaults(data: string): Promise<readonly string[] | undefined> {
  const key = readPublicKey(data, undefined);
  if (key === undefined) return undefined;
  const faults: string[] = [];
  for (const { name, path } of trailsOf(data)) {
    const fault = (await checkTrail(path, { key }))?.fault;
    if (fault !== undefined) faults.push(`${name}: row ${fault.row} ${fault.why}`);
  }
  return faults;
}

const MARKS = {
  pass: { 'zh-CN': '通过', en: 'pass  ', color: colors.green },
  advice: { 'zh-CN': '建议', en: 'advice', color: colors.yellow },
  fail: { 'zh-CN': '不符', en: 'fail  ', color: colors.red },
} as const;

function tell(finding: Finding, language: 'zh-CN' | 'en', json: true | undefined): void {
  if (json === true) return console.log(JSON.stringify(finding));
  const { verdict, control, text, detail } = finding;
  const mark = MARKS[verdict];
  console.log(
    `${mark.color(mark[language])}  ${control[language]}  ${text[language]}${detail === undefined ? '' : ` (${detail})`}`,
  );
}
