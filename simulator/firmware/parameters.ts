/**
 * The parameters of a terminal: what it left the factory with, what was set since, and what each does.
 *
 * All are kept and read back. Those that something hangs on take effect in `applyParameters`, or are asked for by
 * name where they matter.
 */
import type { BodyOf, EpochMs } from '../../protocol/index.ts';
import { keptBy, type Kept } from './kept.ts';
import { papersFor } from './identity.ts';
import { setTimers } from './periodic.ts';
import type { Terminal } from './terminal.ts';

/** Parameters by the names of the catalogue. */
export type ParameterValues = BodyOf<'setTerminalParameters'>['params'];

/** Longest interval that is taken from a parameter: a day. */
const MAX_INTERVAL_S = 86_400;
/** Parameters of users' own, and of others that the catalogue does not name, are kept up to this many. */
const MAX_RAW = 64;

/** What stands in a terminal that nobody has set otherwise. */
function factoryValues(terminal: Terminal): ParameterValues {
  const { settings, device } = terminal;
  const { sleepReportMs = settings.reportMs } = device?.profile ?? {};
  const { provinceId, cityId, plate } = papersFor(terminal);
  const timeout = Math.round(settings.replyTimeoutMs / 1000);
  return {
    heartbeatInterval: Math.round(settings.heartbeatMs / 1000),
    tcpReplyTimeout: timeout,
    tcpRetransmissionCount: settings.retries,
    udpReplyTimeout: timeout,
    udpRetransmissionCount: settings.retries,
    smsReplyTimeout: 60,
    smsRetransmissionCount: 3,
    mainServerApn: 'CMNET',
    mainServerAddress: '127.0.0.1',
    serverTcpPort: 8808,
    serverUdpPort: 8808,
    locationReportStrategy: 'byTime',
    locationReportScheme: 'byAccState',
    reportIntervalDriverNotLoggedIn: Math.round(settings.reportMs / 1000),
    reportIntervalSleeping: Math.round(sleepReportMs / 1000),
    reportIntervalEmergencyAlarm: 5,
    defaultReportInterval: Math.round(settings.reportMs / 1000),
    defaultReportDistance: 500,
    reportDistanceDriverNotLoggedIn: 500,
    reportDistanceSleeping: 1000,
    reportDistanceEmergencyAlarm: 100,
    cornerSupplementAngle: 0,
    geofenceRadius: 500,
    alarmMask: 0,
    alarmSmsSwitch: 0,
    alarmPhotoSwitch: 0,
    alarmPhotoStoreFlag: 0,
    keyAlarmFlag: 0,
    maximumSpeed: 0,
    overSpeedDuration: 10,
    continuousDrivingLimit: 0,
    daysAccumulatedDrivingLimit: 0,
    minimumRestTime: 1200,
    longestParkingTime: 0,
    overSpeedWarningMargin: 10,
    fatigueWarningMargin: 600,
    collisionAlarmParameters: { acceleration: 1, collisionTime: 10 },
    rolloverAlarmAngle: 30,
    imageVideoQuality: 5,
    brightness: 128,
    contrast: 64,
    saturation: 64,
    chroma: 128,
    odometer: Math.round((device?.mileage ?? 0) * 10) / 10,
    provinceId,
    cityId,
    plateNumber: plate,
    plateColor: 'yellow',
    gnssMode: 0b1111,
    gnssBaudRate: 'baud9600',
    gnssDetailedDataOutputRate: 'every1000Ms',
    gnssDetailedDataSamplingInterval: 1,
    gnssDetailedDataUploadMode: 'storeLocally',
    gnssDetailedDataUploadSetting: 0,
    canChannel1SamplingInterval: 0,
    canChannel1UploadInterval: 0,
    canChannel2SamplingInterval: 0,
    canChannel2UploadInterval: 0,
  };
}

/** All parameters as they stand. */
export function allParameters(terminal: Terminal): ParameterValues {
  return { ...factoryValues(terminal), ...terminal.kept?.params };
}

/** One parameter as it stands. */
export function parameter<K extends keyof ParameterValues>(terminal: Terminal, name: K): ParameterValues[K] {
  const set = terminal.kept?.params;
  if (set !== undefined && name in set) return set[name];
  return (terminal.factory ??= factoryValues(terminal))[name];
}

/** Takes parameters and lets them take effect. */
export function applyParameters(terminal: Terminal, params: ParameterValues, now: EpochMs): void {
  const kept = keptBy(terminal);
  merge(kept, params);
  setTimers(terminal, kept, now);
  const { heartbeatInterval, defaultReportInterval, tcpReplyTimeout, tcpRetransmissionCount } = params;
  if (isInterval(heartbeatInterval)) terminal.heartbeatMs = heartbeatInterval * 1000;
  if (isInterval(defaultReportInterval)) terminal.reportMs = defaultReportInterval * 1000;
  if (isInterval(tcpReplyTimeout)) terminal.retryRule = { ...terminal.retryRule, timeoutMs: tcpReplyTimeout * 1000 };
  if (tcpRetransmissionCount !== undefined && tcpRetransmissionCount <= 10)
    terminal.retryRule = { ...terminal.retryRule, retries: tcpRetransmissionCount };
  tellDevice(terminal, params);
  const papers = papersFor(terminal);
  if (params.provinceId !== undefined) papers.provinceId = params.provinceId;
  if (params.cityId !== undefined) papers.cityId = params.cityId;
  if (params.plateNumber !== undefined) papers.plate = params.plateNumber;
}

/** The factory's values again, as 0x8105 with command 5 asks. */
export function restoreFactory(terminal: Terminal, now: EpochMs): void {
  if (terminal.kept !== undefined) terminal.kept.params = {};
  applyParameters(terminal, factoryValues(terminal), now);
  if (terminal.kept !== undefined) terminal.kept.params = {};
}

/** Servers that a platform has named: lists in 2019, one each before. */
export function serversIn({ kept }: Terminal): number {
  const { mainServerAddress: main = '', backupServerAddress: backup = '' } = kept?.params ?? {};
  const named = (list: string): number => list.split(';').filter((one) => one.trim() !== '').length;
  return Math.max(1, named(main)) + named(backup);
}

/** Alarms that parameter 0x0050 suppresses. */
export function alarmMask(terminal: Terminal): number {
  return Number(terminal.kept?.params.alarmMask ?? 0);
}

const LIMITS = [
  'maximumSpeed',
  'overSpeedDuration',
  'overSpeedWarningMargin',
  'continuousDrivingLimit',
  'fatigueWarningMargin',
  'daysAccumulatedDrivingLimit',
  'minimumRestTime',
  'longestParkingTime',
  'geofenceRadius',
] as const;

function tellDevice(terminal: Terminal, params: ParameterValues): void {
  const { device } = terminal;
  if (device === undefined) return;
  const { systems } = papersFor(terminal);
  const limits: Record<(typeof LIMITS)[number], number> = device.limits;
  for (const name of LIMITS) limits[name] = parameter(terminal, name) ?? 0;
  const period = params.forbiddenDrivingPeriod;
  if (period !== undefined)
    device.limits.forbidden = {
      from: 60 * period.startHour + period.startMinute,
      to: 60 * period.endHour + period.endMinute,
    };
  const blow = parameter(terminal, 'collisionAlarmParameters');
  // A unit of the time is 4 ms, since 2019 one.
  const unitMs = terminal.identity.revision === 2019 ? 1 : 4;
  if (blow !== undefined) device.limits.collision = { g: blow.acceleration, ms: blow.collisionTime * unitMs };
  device.limits.rolloverDegrees = parameter(terminal, 'rolloverAlarmAngle') ?? 0;
  if (params.odometer !== undefined) device.mileage = params.odometer;
  if (params.gnssMode === undefined) return;
  const mode = Number(params.gnssMode);
  const wanted = (['gps', 'beidou', 'glonass', 'galileo'] as const).filter((_, bit) => ((mode >> bit) & 1) === 1);
  device.receiver.systems = new Set(wanted.filter((system) => systems.includes(system)));
}

function merge(kept: Kept, params: ParameterValues): void {
  const { unknown = [], ...named } = params as ParameterValues & { unknown?: readonly { id: number }[] };
  const before = (kept.params as { unknown?: readonly { id: number }[] }).unknown ?? [];
  const others = before.filter(({ id }) => !unknown.some((raw) => raw.id === id));
  kept.params = { ...kept.params, ...named };
  const raw = [...others, ...unknown].slice(-MAX_RAW);
  if (raw.length > 0) Object.assign(kept.params, { unknown: raw });
}

function isInterval(seconds: number | undefined): seconds is number {
  return seconds !== undefined && seconds > 0 && seconds <= MAX_INTERVAL_S;
}
