/**
 * Calls between two processes: numbered requests one way, results or errors the other, over whatever carries messages. Both ends may ask.
 * What is under way when the other end goes is refused; nothing is sent twice.
 */

/** What travels. `kind` keeps it apart from the other messages of the same channel. */
export type CallMessage =
  | { readonly kind: 'call'; readonly id: number; readonly method: string; readonly argument: unknown }
  | { readonly kind: 'answer'; readonly id: number; readonly result: unknown }
  | { readonly kind: 'refusal'; readonly id: number; readonly name: string; readonly message: string };

/** By name: what the other end may ask for. */
export type Answers = Readonly<Record<string, (argument: never) => unknown>>;

/** The other end refused, or is gone. */
export class CallError extends Error {
  override readonly name = 'CallError';
}

export class Calls {
  readonly #post: (message: CallMessage) => void;
  readonly #answers: Answers;
  readonly #waiting = new Map<number, { resolve: (value: never) => void; reject: (error: Error) => void }>();
  #last = 0;
  #ended = false;

  constructor(post: (message: CallMessage) => void, answers: Answers) {
    this.#post = post;
    this.#answers = answers;
  }

  /** Rejects with CallError. */
  call<T>(method: string, argument: unknown): Promise<T> {
    if (this.#ended) return Promise.reject(new CallError(`${method}: nobody is there`));
    const id = ++this.#last;
    return new Promise<T>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#post({ kind: 'call', id, method, argument });
    });
  }

  /** Takes a message of the channel; false where it is none of ours. */
  receive(message: { readonly kind: string }): boolean {
    const ours = message as CallMessage;
    if (ours.kind === 'call') void this.#answer(ours.id, ours.method, ours.argument);
    else if (ours.kind === 'answer') this.#take(ours.id)?.resolve(ours.result as never);
    else if (ours.kind === 'refusal') this.#take(ours.id)?.reject(new CallError(ours.message));
    else return false;
    return true;
  }

  /** The other end is gone. */
  end(): void {
    this.#ended = true;
    for (const { reject } of this.#waiting.values()) reject(new CallError('the other process is gone'));
    this.#waiting.clear();
  }

  #take(id: number) {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    return waiting;
  }

  async #answer(id: number, method: string, argument: unknown): Promise<void> {
    try {
      const answer = this.#answers[method];
      if (answer === undefined) throw new CallError(`${method}: not to be had here`);
      const result = await answer(argument as never);
      if (!this.#ended) this.#post({ kind: 'answer', id, result });
    } catch (error) {
      const { name, message } = error as Error;
      if (!this.#ended) this.#post({ kind: 'refusal', id, name, message });
    }
  }
}
