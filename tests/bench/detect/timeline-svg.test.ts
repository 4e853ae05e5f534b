import { describe, expect, test } from 'vitest';
import { clock, type Point, timelineSvg } from '../../../bench/detect/timeline-svg.ts';

const point = (t: number, more: Partial<Point> = {}): Point => ({
  t,
  stored: false,
  fixed: true,
  supply: 12.6,
  csq: 25,
  satellites: undefined,
  speed: 0,
  ...more,
});
const picture = timelineSvg({
  title: 'G99 <test>',
  points: [
    point(60),
    point(0),
    point(120),
    point(180, { stored: true }),
    point(240, { stored: true }),
    point(3000),
    point(3060),
  ],
  marks: [
    { t: 100, label: '0:02  T101 raised', accuses: true },
    { t: 200, label: '0:03  T101 cleared (N600)', accuses: false },
    { t: 9000, label: 'later', accuses: false },
  ],
  onset: 90,
  from: 0,
  until: 3600,
});

describe('a timeline as a picture', () => {
  test('has a lane for what was reported, and none for what never was', () => {
    expect(picture).toContain('supply, V');
    expect(picture).not.toContain('satellites');
  });

  test('breaks its lines over silences, and shows stored reports in a colour of their own', () => {
    const lines = [...picture.matchAll(/<polyline points="([^"]+)" fill="none" stroke="([^"]+)"/g)].slice(0, 3);
    expect(lines.map(([, points, colour]) => [points!.split(' ').length, colour])).toEqual([
      [3, '#2f6db5'],
      [3, '#c77b13'],
      [2, '#2f6db5'],
    ]);
  });

  test('marks what was concluded within what is shown, and is text where a title is', () => {
    expect(picture).toContain('T101 cleared (N600)');
    expect(picture).not.toContain('later');
    expect(picture).toContain('G99 &lt;test&gt;');
  });
});

test('times are hours and minutes of the scenario', () => {
  expect([0, 59, 3600, 5400, -300].map(clock)).toEqual(['0:00', '0:01', '1:00', '1:30', '−0:05']);
});
