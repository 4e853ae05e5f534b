/** Subscriptions of many subscribers, found by topic in time of the topic's depth rather than of their number. */

interface Node<V> {
  readonly children: Map<string, Node<V>>;
  /** Values of the filter that ends here, by subscriber. */
  readonly values: Map<string, V>;
}

const empty = <V>(): Node<V> => ({ children: new Map(), values: new Map() });

/** MQTT 3.1.1 §4.7. A wildcard at the first level does not match topics that begin with `$`. */
export class TopicTree<V> {
  readonly #root: Node<V> = empty();

  set(filter: string, subscriber: string, value: V): void {
    let node = this.#root;
    for (const level of filter.split('/')) {
      let child = node.children.get(level);
      if (child === undefined) {
        child = empty();
        node.children.set(level, child);
      }
      node = child;
    }
    node.values.set(subscriber, value);
  }

  /** Harmless when it is not there. Levels that hold nothing any more are given up. */
  delete(filter: string, subscriber: string): void {
    const path: { node: Node<V>; level: string }[] = [];
    let node = this.#root;
    for (const level of filter.split('/')) {
      const child = node.children.get(level);
      if (child === undefined) return;
      path.push({ node, level });
      node = child;
    }
    node.values.delete(subscriber);
    for (const { node: parent, level } of path.toReversed()) {
      const child = parent.children.get(level);
      if (child === undefined || child.children.size > 0 || child.values.size > 0) return;
      parent.children.delete(level);
    }
  }

  /** Calls `visit` for every subscription that matches; a subscriber with overlapping ones comes more than once. */
  match(topic: string, visit: (subscriber: string, value: V) => void): void {
    if (this.#root.children.size === 0) return;
    this.#walk(this.#root, topic.split('/'), 0, visit);
  }

  #walk(node: Node<V>, levels: readonly string[], depth: number, visit: (subscriber: string, value: V) => void): void {
    const wild = depth > 0 || !levels[0]?.startsWith('$');
    // `a/#` matches `a` itself too.
    if (wild) node.children.get('#')?.values.forEach((value, subscriber) => visit(subscriber, value));
    const level = levels[depth];
    if (level === undefined) {
      node.values.forEach((value, subscriber) => visit(subscriber, value));
      return;
    }
    const exact = node.children.get(level);
    if (exact !== undefined) this.#walk(exact, levels, depth + 1, visit);
    const any = wild ? node.children.get('+') : undefined;
    if (any !== undefined) this.#walk(any, levels, depth + 1, visit);
  }
}
