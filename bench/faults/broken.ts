/**
 * Gateways that are broken on purpose: each breaks one part of the promise, and the account of the named scenario must see it.
 * A proof that cannot fail proves nothing.
 */
export interface Broken {
  readonly name: string;
  /** What is altered, from the root of the project: a text that is there once, and what stands in its place. */
  readonly file: string;
  readonly find: string;
  readonly put: string;
  /** Where it shows, and in which words. */
  readonly scenario: string;
  readonly seen: RegExp;
}

export const BROKEN: readonly Broken[] = [
  {
    name: 'answers before the commit',
    file: 'gateway/intake/connection.ts',
    find: 'this.#timer.begin(token, this.#context.heardAt);',
    put: 'if (answer) this.out.queue(token);',
    scenario: 'gateway killed',
    seen: /not in the journal/,
  },
  {
    name: 'takes a frame that it has',
    file: 'gateway/intake/connection.ts',
    find: 'if (known !== 0) {',
    put: 'if (known < 0) {',
    scenario: 'gateway killed',
    seen: /twice in the journal/,
  },
  {
    name: 'passes over a record',
    file: 'gateway/journal/pump-feed.ts',
    find: 'for (const envelope of project(this.#view)) if (wants(envelope)) envelopes.push(envelope);',
    put: 'for (const envelope of project(this.#view)) if (wants(envelope) && this.#view.seq % 101 !== 0) envelopes.push(envelope);',
    scenario: 'no fault',
    seen: /never at the broker/,
  },
  {
    name: 'delivers in another order',
    file: 'gateway/journal/pump-feed.ts',
    find: 'if (wants(envelope)) envelopes.push(envelope);',
    put: 'if (wants(envelope)) envelopes.unshift(envelope);',
    scenario: 'broker and store down',
    seen: /rows/,
  },
  {
    name: 'notes its place before it has delivered',
    file: 'gateway/journal/pump.ts',
    find: 'if (!(await this.#delivery.settle(envelopes))) return false;',
    put: 'this.#done(turn); if (!(await this.#delivery.settle(envelopes))) return false;',
    scenario: 'both down, gateway killed',
    seen: /never at the broker/,
  },
  {
    name: 'takes every answer of the store for a yes',
    file: 'bridge/influx/outlet.ts',
    find: 'throw abort.signal.aborted ?',
    put: 'if (abort.signal.aborted === false) return; throw abort.signal.aborted ?',
    scenario: 'broker and store down',
    seen: /not in the store/,
  },
  {
    name: 'gives ids that last for one life',
    file: 'gateway/deliver/position-envelope.ts',
    find: 'positionId(terminal, this.#b, this.#at, this.#serial);',
    put: '`${positionId(terminal, this.#b, this.#at, this.#serial)}${process.pid}`;',
    scenario: 'gateway killed',
    seen: /others without the faults/,
  },
  {
    name: 'forgets what its snapshots had not yet',
    file: 'gateway/core.ts',
    find: 'const heard = snapshots.restore();',
    put: 'snapshots.restore(); const heard = journal.state.head;',
    scenario: 'gateway killed',
    seen: /others without the faults|never acknowledged/,
  },
];
