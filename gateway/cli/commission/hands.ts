/** Whoever stands at the vehicle: a person at this keyboard, or somebody who is told what to do and does it. */
import type { Cancel, Clock } from '../../../protocol/index.ts';
import type { Deed, Hand } from '../../commission/step.ts';
import type { Language } from '../language.ts';
import type { Keyboard } from './keyboard.ts';
import type { LiveView } from './live-view.ts';
import { changesText } from './report.ts';
import { DEED_TEXTS, TEXTS } from './texts.ts';

const SECOND_MS = 1000;

/** Is asked on the screen, sees the seconds run, and may leave out what cannot be done. */
export function guidedHand(
  at: { readonly clock: Clock; readonly language: Language; readonly yes: boolean },
  keyboard: Keyboard,
  view: LiveView,
  deeds: ReadonlySet<Deed> | undefined,
): Hand {
  const { clock, language, yes } = at;
  return {
    does: (deed) => deeds === undefined || deeds.has(deed),
    ask(deed, seconds, skipped) {
      let left = seconds;
      let cancel: Cancel = () => undefined;
      const tick = (): void => {
        view.headline = `▶ ${DEED_TEXTS[deed][language]}  ${left} s  (${TEXTS.skipKey[language]})`;
        view.draw();
        left--;
        if (left >= 0) cancel = clock.wake(clock.monotonic() + SECOND_MS, tick);
      };
      tick();
      const deaf = keyboard.keys((key) => {
        if (key.toLowerCase() === 's') skipped();
      });
      return () => {
        cancel();
        deaf();
        view.headline = '';
      };
    },
    async confirm(changes) {
      if (yes) return true;
      view.write(changesText(changes));
      view.headline = TEXTS.write[language];
      view.draw();
      const key = await keyboard.oneOf(['y', 'n', '\r']);
      view.headline = '';
      view.draw();
      return key !== 'n';
    },
  };
}

/** Is told by `tell`, and does only what was said beforehand that it would. Agrees to everything: nobody could say no. */
export function unattendedHand(deeds: ReadonlySet<Deed>, tell: (deed: Deed, seconds: number) => void): Hand {
  return {
    does: (deed) => deeds.has(deed),
    ask(deed, seconds) {
      tell(deed, seconds);
      return () => undefined;
    },
    confirm: () => Promise.resolve(true),
  };
}
