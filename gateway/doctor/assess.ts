/**
 * Holds a configuration and a data folder against the technical items of graded protection, level three (GB/T 22239-2019), by the
 * names of their controls. It judges what it can see; what only people can know is advice.
 */
import type { StoredAccount } from '../access/account-file.ts';
import { isLoopback } from '../config/address.ts';
import type { Config } from '../config/schema.ts';

/** The same in both languages. */
export interface Words {
  readonly 'zh-CN': string;
  readonly en: string;
}

export type Verdict = 'pass' | 'advice' | 'fail';

export interface Finding {
  readonly id: string;
  /** Control of GB/T 22239-2019, level three, by its name. */
  readonly control: Words;
  readonly verdict: Verdict;
  readonly text: Words;
  /** Which file, account or setting, where there is one. */
  readonly detail?: string;
}

/** What was found on the machine. */
export interface Facts {
  readonly config: Pick<Config, 'jt808' | 'mqtt' | 'http' | 'influx' | 'commands' | 'journal'>;
  /** Undefined before the first start. */
  readonly accounts: readonly StoredAccount[] | undefined;
  /** Whether what gives an account something takes two people. */
  readonly fourEyes: boolean;
  /** Secret files and folders that are there, with their permission bits. */
  readonly modes: readonly { readonly path: string; readonly mode: number }[];
  readonly firstRun: boolean;
  /** What is wrong with trails, a line each; undefined where there is none yet. */
  readonly trailFaults: readonly string[] | undefined;
  /** Whether the machine says that its clock is synchronised; undefined where it does not say. */
  readonly clockSynchronised: boolean | undefined;
  readonly root: boolean;
  /** Epoch ms. */
  readonly now: number;
}

type Judged = readonly [verdict: Verdict, words: readonly [zh: string, en: string], detail?: string];

const COMMUNICATION: Words = { 'zh-CN': '通信传输', en: 'communication' };
const IDENTITY: Words = { 'zh-CN': '身份鉴别', en: 'identity' };
const ACCESS: Words = { 'zh-CN': '访问控制', en: 'access control' };
const AUDIT: Words = { 'zh-CN': '安全审计', en: 'audit' };
const EXPOSURE: Words = { 'zh-CN': '入侵防范', en: 'intrusion' };
const CONFIDENTIALITY: Words = { 'zh-CN': '数据保密性', en: 'confidentiality' };
const BACKUP: Words = { 'zh-CN': '数据备份恢复', en: 'backup' };

/** All findings, in the order of the controls. */
export function assess(facts: Facts): readonly Finding[] {
  return CHECKS.flatMap(([id, control, check]) => {
    const judged = check(facts);
    if (judged === undefined) return [];
    const [verdict, [zh, en], detail] = judged;
    return [{ id, control, verdict, text: { 'zh-CN': zh, en }, ...(detail === undefined ? {} : { detail }) }];
  });
}

const CHECKS: readonly (readonly [id: string, control: Words, check: (facts: Facts) => Judged | undefined])[] = [
  [
    'transport.http',
    COMMUNICATION,
    ({ config: { http } }) =>
      http.insecure && http.tls === undefined && !isLoopback(http.listen.host)
        ? [
            'advice',
            [
              'HTTP 未加密：只允许终结 TLS 的代理访问',
              'HTTP is plain: let nobody but the proxy that terminates TLS reach it',
            ],
            'http.insecure: true',
          ]
        : encrypted('http.listen', isLoopback(http.listen.host) || http.tls !== undefined),
  ],
  [
    'transport.mqtt',
    COMMUNICATION,
    ({ config: { mqtt } }) =>
      encrypted(
        mqtt.url === undefined ? 'mqtt.listen' : 'mqtt.url',
        mqtt.url === undefined ? isLoopback(mqtt.listen.host) || mqtt.tls !== undefined : isGuarded(mqtt.url, 'mqtts:'),
      ),
  ],
  [
    'transport.influx',
    COMMUNICATION,
    ({ config: { influx } }) =>
      influx?.url === undefined ? undefined : encrypted('influx.url', isGuarded(influx.url, 'https:')),
  ],
  ['transport.terminals', COMMUNICATION, terminals],
  ['identity.enrolment', IDENTITY, enrolment],
  [
    'identity.registry',
    IDENTITY,
    ({ config: { jt808 } }) =>
      jt808.identity === 'off'
        ? [
            'fail',
            ['未核对终端与档案是否一致', 'What terminals say of themselves is not held against the registry'],
            'jt808.identity: off',
          ]
        : [
            'pass',
            ['终端身份与档案核对', 'Terminals are held against the registry'],
            `jt808.identity: ${jt808.identity}`,
          ],
  ],
  [
    'identity.firstRun',
    IDENTITY,
    ({ firstRun }) =>
      firstRun
        ? [
            'advice',
            [
              '首次启动口令文件仍在：保存后删除',
              'The file with the first secrets is still there: keep them elsewhere and delete it',
            ],
            'first-run.json',
          ]
        : ['pass', ['首次启动口令文件已删除', 'The file with the first secrets is gone']],
  ],
  ['access.thirdParty', ACCESS, thirdParties],
  ['access.separation', ACCESS, separation],
  [
    'access.commands',
    ACCESS,
    ({ config: { commands, jt808 } }) =>
      commands.approval === 'none'
        ? [
            isLoopback(jt808.listen.host) ? 'advice' : 'fail',
            ['危险指令无需双人审批', 'Commands that can do harm need no second person'],
            'commands.approval: none',
          ]
        : ['pass', ['危险指令双人审批', 'Commands that can do harm need a second person']],
  ],
  [
    'access.fourEyes',
    ACCESS,
    ({ accounts, fourEyes }) =>
      accounts === undefined
        ? undefined
        : fourEyes
          ? ['pass', ['账户授权双人审批', 'What gives an account something takes two people']]
          : [
              'advice',
              [
                '账户授权无需双人审批：xingji account four-eyes on',
                'One person alone gives accounts rights: xingji account four-eyes on',
              ],
            ],
  ],
  ['identity.secondFactor', IDENTITY, secondFactors],
  ['access.files', ACCESS, files],
  [
    'access.root',
    ACCESS,
    ({ root }) =>
      root
        ? ['advice', ['当前以 root 运行：应使用专用账户', 'Run by root: an account of its own would do']]
        : ['pass', ['以非特权账户运行', 'Run by an account without privileges']],
  ],
  ['audit.trail', AUDIT, trail],
  [
    'audit.time',
    AUDIT,
    ({ clockSynchronised }) =>
      clockSynchronised === true
        ? ['pass', ['系统时钟已同步', 'The clock is synchronised']]
        : [
            'advice',
            [
              '无法确认时钟同步：配置北斗授时或 NTP',
              'Nothing says that the clock is synchronised: use BeiDou time or NTP',
            ],
          ],
  ],
  ['exposure.listeners', EXPOSURE, exposure],
  [
    'data.disk',
    CONFIDENTIALITY,
    () => [
      'advice',
      ['数据目录未由网关加密：使用加密磁盘', 'The gateway does not encrypt its data folder: use an encrypted disk'],
    ],
  ],
  [
    'backup',
    BACKUP,
    () => [
      'advice',
      [
        '定期异地备份：xingji journal backup，并保存 xingji audit head 的输出',
        'Back up elsewhere at set times: xingji journal backup, and keep what xingji audit head says',
      ],
    ],
  ],
];

function encrypted(setting: string, good: boolean): Judged {
  return good
    ? ['pass', ['加密传输或仅限本机', 'Encrypted, or on this machine alone'], setting]
    : ['fail', ['明文传输离开本机：应启用 TLS', 'Leaves this machine in clear: use TLS'], setting];
}

function isGuarded(url: string, scheme: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === scheme || isLoopback(hostname.replace(/^\[|\]$/g, ''));
}

function terminals({ config: { jt808 } }: Facts): Judged {
  if (isLoopback(jt808.listen.host))
    return ['pass', ['终端接入仅限本机', 'Terminals come from this machine alone'], 'jt808.listen'];
  return [
    'advice',
    [
      'JT/T 808 本身无加密：使用专用 APN、VPN 或 jt808.tls',
      'JT/T 808 has no protection of its own: use a private APN, a VPN or jt808.tls',
    ],
    'jt808.listen',
  ];
}

function enrolment({ config: { jt808 } }: Facts): Judged {
  const open = jt808.enrolment === 'open';
  if (open && !isLoopback(jt808.listen.host))
    return ['fail', ['任意终端均可注册', 'Any terminal may register'], 'jt808.enrolment: open'];
  return ['pass', ['终端注册受控', 'Who may register is bounded'], `jt808.enrolment: ${jt808.enrolment}`];
}

function inUse({ accounts = [], now }: Facts): readonly StoredAccount[] {
  return accounts.filter(({ disabled, expires }) => disabled !== true && (expires === undefined || expires > now));
}

function thirdParties(facts: Facts): Judged | undefined {
  if (facts.accounts === undefined) return undefined;
  const endless = inUse(facts).filter(({ role, expires }) => role === 'thirdParty' && expires === undefined);
  if (endless.length === 0) return ['pass', ['第三方账户均有期限', 'Accounts of third parties end']];
  return ['fail', ['第三方账户无期限', 'Accounts of third parties have no end'], namesOf(endless)];
}

/** Level three asks for two ways of proof of whoever runs the system. */
function secondFactors(facts: Facts): Judged | undefined {
  if (facts.accounts === undefined) return undefined;
  const bare = inUse(facts).filter(({ role, totp }) => role === 'operator' && totp?.confirmed !== true);
  if (bare.length === 0) return ['pass', ['管理账户启用双因素', 'Operators have a second factor']];
  return [
    'advice',
    ['管理账户未启用双因素：POST /api/v1/account/totp', 'Operators without a second factor: POST /api/v1/account/totp'],
    namesOf(bare),
  ];
}

/** The one who runs it and the one who audits it are two (三权分立). */
function separation(facts: Facts): Judged | undefined {
  if (facts.accounts === undefined) return undefined;
  const auditors = inUse(facts).filter(({ role }) => role === 'audit');
  if (auditors.length > 0)
    return ['pass', ['设有独立审计账户', 'There is an auditor apart from the operators'], namesOf(auditors)];
  return [
    'advice',
    [
      '未设独立审计账户：xingji account add NAME --role audit',
      'There is no auditor apart from the operators: xingji account add NAME --role audit',
    ],
  ];
}

function namesOf(accounts: readonly StoredAccount[]): string {
  return accounts.map(({ name }) => name).join(', ');
}

/** Secrets are their owner's alone; the data folder is not for everybody. */
function files({ modes }: Facts): Judged | undefined {
  const [first] = modes;
  if (first === undefined) return undefined;
  const open = modes.filter(({ path, mode }) => (mode & (path.endsWith('/') ? 0o007 : 0o077)) !== 0);
  if (open.length === 0)
    return ['pass', ['密钥、账户与审计文件仅属主可读', 'Keys, accounts and trails are their owner’s alone']];
  const said = open.map(({ path, mode }) => `${path} ${(mode & 0o777).toString(8)}`).join(', ');
  return ['fail', ['文件权限过宽', 'Files are open to others'], said];
}

function trail({ trailFaults }: Facts): Judged {
  if (trailFaults === undefined)
    return ['advice', ['尚无审计记录', 'There is no audit trail yet: the gateway was not started on this folder']];
  if (trailFaults.length === 0) return ['pass', ['审计链完整', 'The audit trail is whole']];
  return ['fail', ['审计链不完整', 'The audit trail is not whole'], trailFaults.join('; ')];
}

function exposure({ config: { http, mqtt, jt808 } }: Facts): Judged {
  const everywhere = (host: string): boolean => host === '0.0.0.0' || host === '::';
  const all = { 'http.listen': http.listen.host, 'mqtt.listen': mqtt.listen.host, 'jt808.listen': jt808.listen.host };
  const open = Object.entries(all).flatMap(([name, host]) => (everywhere(host) ? [name] : []));
  if (open.length === 0) return ['pass', ['监听地址明确', 'Listeners are bound to named addresses']];
  return [
    'advice',
    ['监听所有网卡：指定地址并设置防火墙', 'Bound to every interface: name one, and have a firewall'],
    open.join(', '),
  ];
}
