import fc from 'fast-check';
import { expect, it } from 'vitest';
import { topicMatches } from '../../../bridge/index.ts';
import { TopicTree } from '../../../bridge/mqtt/topic-tree.ts';

const level = fc.constantFrom('a', 'b', '', '$SYS');
const topic = fc.array(level, { minLength: 1, maxLength: 4 }).map((levels) => levels.join('/'));
const filter = fc
  .tuple(fc.array(fc.oneof(level, fc.constant('+')), { minLength: 1, maxLength: 4 }), fc.boolean())
  .map(([levels, open]) => [...levels, ...(open ? ['#'] : [])].join('/'));
const subscriptions = fc.array(fc.tuple(filter, fc.constantFrom('x', 'y', 'z')), { maxLength: 12 });

function found(tree: TopicTree<string>, of: string): string[] {
  const hits: string[] = [];
  tree.match(of, (subscriber, value) => hits.push(`${subscriber} ${value}`));
  return hits.toSorted();
}

it('finds the subscriptions whose filter matches, each once', () => {
  fc.assert(
    fc.property(subscriptions, topic, (pairs, of) => {
      const tree = new TopicTree<string>();
      for (const [wanted, subscriber] of pairs) tree.set(wanted, subscriber, wanted);
      const expected = new Set(
        pairs.filter(([wanted]) => topicMatches(wanted, of)).map(([wanted, subscriber]) => `${subscriber} ${wanted}`),
      );
      expect(found(tree, of)).toEqual([...expected].toSorted());
    }),
  );
});

it('forgets those that are taken back, and those only', () => {
  fc.assert(
    fc.property(subscriptions, subscriptions, topic, (kept, gone, of) => {
      const [tree, never] = [new TopicTree<string>(), new TopicTree<string>()];
      const out = new Set(gone.map(([wanted, subscriber]) => `${subscriber} ${wanted}`));
      for (const [wanted, subscriber] of [...gone, ...kept]) tree.set(wanted, subscriber, wanted);
      for (const [wanted, subscriber] of gone) tree.delete(wanted, subscriber);
      for (const [wanted, subscriber] of kept)
        if (!out.has(`${subscriber} ${wanted}`)) never.set(wanted, subscriber, wanted);
      expect(found(tree, of)).toEqual(found(never, of));
    }),
  );
});
