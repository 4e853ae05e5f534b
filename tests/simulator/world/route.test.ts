import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../protocol/index.ts';
import { CITIES } from '../../../simulator/world/cities.ts';
import { layRoute, legAt, metresAt, type Route, speedAt } from '../../../simulator/world/route.ts';

const routes: Route[] = CITIES.map((city) => layRoute(city, seededRandom(`route of ${city.name}`)));

describe.each(routes.map((route) => [route.city.name, route] as const))('a route through %s', (_name, route) => {
  it('is a closed loop of streets that begins and ends where it should', () => {
    expect(route.legs.length).toBeGreaterThan(20);
    for (const [i, leg] of route.legs.entries()) {
      const next = route.legs[(i + 1) % route.legs.length] as typeof leg;
      expect(leg.latitude + leg.length * leg.northing).toBeCloseTo(next.latitude, 8);
      expect(leg.longitude + leg.length * leg.easting).toBeCloseTo(next.longitude, 8);
    }
  });

  it('is driven so that speed is the derivative of the way, with no jump at a corner', () => {
    const step = 0.25;
    for (const leg of route.legs) {
      let metres = 0;
      for (let t = 0; t < leg.driven; t += step) {
        const middle = Math.min(leg.driven, t + step / 2);
        expect(speedAt(leg, middle)).toBeLessThan(80 / 3.6);
        metres += speedAt(leg, middle) * Math.min(step, leg.driven - t);
        expect(Math.abs(metresAt(leg, Math.min(t + step, leg.driven)) - metres)).toBeLessThan(1);
      }
      expect(metresAt(leg, leg.driven)).toBe(leg.length);
      expect(speedAt(leg, leg.driven + 1)).toBe(0);
    }
  });

  it('has every instant of its cycle on exactly one leg', () => {
    for (const leg of route.legs) {
      expect(legAt(route, leg.startsAt)).toBe(leg);
      expect(legAt(route, leg.startsAt + leg.driven + leg.halt - 0.001)).toBe(leg);
    }
    const last = route.legs.at(-1) as (typeof route.legs)[number];
    expect(route.duration).toBeCloseTo(last.startsAt + last.driven + last.halt, 6);
    expect(route.length).toBeCloseTo(last.before + last.length, 6);
  });

  it('has lights to wait at, corners taken without a halt, and a pause with the engine off', () => {
    const halts = route.legs.map((leg) => leg.halt);
    expect(halts.some((halt) => halt === 0)).toBe(true);
    expect(halts.some((halt) => halt > 0 && halt < 80)).toBe(true);
    expect(route.legs.some((leg) => leg.parked)).toBe(true);
  });
});
