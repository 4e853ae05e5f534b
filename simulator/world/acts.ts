/**
 * What somebody does to a terminal once, beside what is lastingly so at it (`Causes`): inputs of the firmware.
 *
 * A scenario, a person at a prompt or a test gives them; the firmware carries them out with its next step.
 */

/** Order in which a terminal sends its stored reports when the link is back. */
export type ReplayOrder =
  | 'fifo'
  | 'lifo'
  /** In no order, and about one report in fifty twice. */
  | 'shuffled_dup';

export type Act =
  /** The processor starts anew (watchdog, a short on the reset line): boot and login follow. */
  | { readonly kind: 'reboot' }
  /** Another device stands there from now on, or this one was rewritten: what it says it is at its next login. */
  | {
      readonly kind: 'become';
      readonly imei?: string;
      readonly terminalId?: string;
      readonly phone?: string;
      readonly software?: string;
    }
  /** Kilometres are added to the terminal's own count, or taken from it. */
  | { readonly kind: 'odometer'; readonly by: number }
  /** The receiver has forgotten its almanac and the time: a cold start. */
  | { readonly kind: 'cold' }
  /** The internal battery is at this level now, 0 to 1. */
  | { readonly kind: 'charge'; readonly level: number }
  /** Parameters are written at the device itself, by its menu or by SMS: id to value. */
  | { readonly kind: 'parameters'; readonly values: Readonly<Record<number, number | string>> }
  /** 0x0003 is sent, as from the device's menu. */
  | { readonly kind: 'deregister' }
  /** An alarm bit of 0x0200 is raised for so many seconds: a collision, a theft sensor. */
  | { readonly kind: 'alarm'; readonly bit: number; readonly seconds: number }
  | { readonly kind: 'replay'; readonly order: ReplayOrder };
