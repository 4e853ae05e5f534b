/**
 * Each worker has its own browser sessions, so who signs in signs in at all of them, and the browser gets one cookie that holds the names of them
 * all, in the order of the workers.
 */

const NAME = /^xingji_[a-z]+$/;
const BETWEEN = '~';

/** One `Set-Cookie` of those that the workers gave. */
export function joinCookies(given: readonly (readonly string[] | undefined)[]): string | undefined {
  const first = given[0]?.[0];
  if (first === undefined) return undefined;
  const values = given.map((cookies) => /^[^=]*=([^;]*)/.exec(cookies?.[0] ?? '')?.[1] ?? '');
  return first.replace(/=[^;]*/, `=${values.join(BETWEEN)}`);
}

/** The `Cookie` header of a browser as one worker should see it. */
export function cookieFor(header: string | undefined, worker: number): string | undefined {
  return header
    ?.split(/;\s*/)
    .map((cookie) => {
      const at = cookie.indexOf('=');
      const name = cookie.slice(0, at);
      return NAME.test(name) ? `${name}=${cookie.slice(at + 1).split(BETWEEN)[worker] ?? ''}` : cookie;
    })
    .join('; ');
}
