/**
 * What the gateway raises about attempts on itself: how much of what, by whom, in how long, is no longer what an honest one does.
 * Wrong authentication codes have an event of their own (`codeGuessing`).
 */

/** Where a bound is passed. */
interface Bound {
  /** So many in `windowMs` raise the event; it is raised once in a window for each source. */
  readonly limit: number;
  readonly windowMs: number;
  /** As events have it, 0 to 4. */
  readonly severity: number;
  /** What there is too much of, for the event's text. */
  readonly what: { readonly 'zh-CN': string; readonly en: string };
}

const MINUTE_MS = 60_000;

export const SIGNALS = {
  signInGuessing: {
    limit: 10,
    windowMs: 10 * MINUTE_MS,
    severity: 3,
    what: { 'zh-CN': '次登录失败或无效令牌', en: 'failed sign-ins or tokens that open nothing' },
  },
  accessProbing: {
    limit: 30,
    windowMs: 10 * MINUTE_MS,
    severity: 2,
    what: { 'zh-CN': '次越权请求被拒绝', en: 'requests refused for want of a right' },
  },
  deniedTopics: {
    limit: 5,
    windowMs: 10 * MINUTE_MS,
    severity: 2,
    what: { 'zh-CN': '次越权订阅或发布', en: 'subscriptions or publishes that were refused' },
  },
  massExport: {
    limit: 100,
    windowMs: 60 * MINUTE_MS,
    severity: 3,
    what: { 'zh-CN': '次轨迹、证据、影像或档案读取', en: 'tracks, files, evidence or registries read' },
  },
  downlinkAbuse: {
    limit: 120,
    windowMs: MINUTE_MS,
    severity: 3,
    what: { 'zh-CN': '条下行指令', en: 'commands ordered' },
  },
  scanning: {
    limit: 30,
    windowMs: 10 * MINUTE_MS,
    severity: 2,
    what: { 'zh-CN': '条未鉴权即断开或身份不明的终端连接', en: 'terminal links that proved to be nobody' },
  },
  cloneLogin: {
    limit: 3,
    windowMs: 10 * MINUTE_MS,
    severity: 3,
    what: { 'zh-CN': '次从另一来源顶替在线终端登录', en: 'log-ins over a link that was alive, from another source' },
  },
  foreignSource: {
    limit: 1,
    windowMs: 60 * MINUTE_MS,
    severity: 3,
    what: { 'zh-CN': '次从 jt808.networks 之外登录', en: 'log-ins from outside of jt808.networks' },
  },
} as const satisfies Record<string, Bound>;

export type SignalCode = keyof typeof SIGNALS;

/** A bound that was passed. */
export interface Signal {
  readonly code: SignalCode;
  /** An account, the address of a link, or a terminal. */
  readonly source: string;
  readonly count: number;
  readonly windowMs: number;
}

/** The signal in words. */
export function signalText({ code, source, count, windowMs }: Signal): {
  readonly 'zh-CN': string;
  readonly en: string;
} {
  const { what } = SIGNALS[code];
  const minutes = windowMs / MINUTE_MS;
  return {
    'zh-CN': `${source} 在 ${minutes} 分钟内 ${count} ${what['zh-CN']}`,
    en: `${source}: ${count} ${what.en} within ${minutes} min`,
  };
}
