/** The cities that simulated vehicles drive in: real coordinates, division codes and plates. */

export interface City {
  readonly name: string;
  /** GB/T 2260 code of the city, six digits. */
  readonly division: string;
  /** Province character and authority letter of its plates (GA 36). */
  readonly platePrefix: string;
  /** WGS-84 degrees of the centre that routes are laid around. */
  readonly latitude: number;
  readonly longitude: number;
  /** Metres above sea level. */
  readonly altitude: number;
  /** Degrees by which the street grid is turned from north. */
  readonly grid: number;
}

export const CITIES: readonly City[] = [
  {
    name: 'Nanning',
    division: '450100',
    platePrefix: '桂A',
    latitude: 22.817,
    longitude: 108.3669,
    altitude: 78,
    grid: 38,
  },
  {
    name: 'Kunming',
    division: '530100',
    platePrefix: '云A',
    latitude: 25.0389,
    longitude: 102.7183,
    altitude: 1892,
    grid: 12,
  },
  {
    name: 'Changzhou',
    division: '320400',
    platePrefix: '苏D',
    latitude: 31.8107,
    longitude: 119.974,
    altitude: 5,
    grid: 8,
  },
  {
    name: 'Shijiazhuang',
    division: '130100',
    platePrefix: '冀A',
    latitude: 38.0428,
    longitude: 114.5149,
    altitude: 80,
    grid: 2,
  },
  {
    name: 'Hohhot',
    division: '150100',
    platePrefix: '蒙A',
    latitude: 40.8424,
    longitude: 111.749,
    altitude: 1065,
    grid: 5,
  },
];
