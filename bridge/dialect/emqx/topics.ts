/** Topics of EMQX's JT/T 808 gateway: `jt808/<clientid>/<phone>/up` and `…/dn`. Its client id is the phone. */

/** First level of every topic. */
export const EMQX_HEAD = 'jt808/';
const PHONE = /^(\d{12}|\d{20})$/;

/** Filter of everything that platforms send down. */
export const EMQX_DOWN = `${EMQX_HEAD}+/+/dn`;

/** Where what a terminal says is published; `phone` as on the wire. */
export function emqxUpTopic(phone: string): string {
  return `${EMQX_HEAD}${phone}/${phone}/up`;
}

/** The phone that a `dn` topic names; undefined where it is none. */
export function parseEmqxDown(topic: string): string | undefined {
  const [head, , phone = '', leaf, ...more] = topic.split('/');
  return head === 'jt808' && leaf === 'dn' && more.length === 0 && PHONE.test(phone) ? phone : undefined;
}
