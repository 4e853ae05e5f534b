/** What a short-message machine says, text or binary, in the few words that matter here. */
import {
  ALARM_BITS,
  type DecodedRdssFrame,
  type DecodedSentence,
  type LocationAround,
  type LocationReport,
  locationOfShortReport,
  type RdssContent,
  readContent,
  type EpochMs,
} from '../../../protocol/index.ts';

/** Which form of the interface a machine speaks, and so is to be spoken to in. */
export type Dialect = '2.1' | 'bds-3' | '4.0';

/** What was heard of a card: where it is, or something else that it said. */
export interface CardReport {
  readonly card: string;
  /** Absent: a message that holds no position. */
  readonly report?: LocationReport;
}

/** The card of the machine itself. */
export interface CardInfo {
  readonly card: string;
  /** Seconds between two messages. */
  readonly serviceInterval?: number | undefined;
  readonly level?: number | undefined;
  readonly encrypted?: boolean;
}

/** What became of the last message that was handed to the machine. */
export interface Feedback {
  readonly sent: boolean;
  /** Seconds until the next may be tried; undefined: the card's interval. */
  readonly waitSeconds?: number | undefined;
  /** What the machine gives as the reason. */
  readonly why: string;
  /** It will not be sent later either: there is no card, or it may not send. */
  readonly never: boolean;
}

/** What was said, told apart by which of these there is; empty where it is of no interest here. */
export interface Said {
  readonly dialect?: Dialect;
  readonly reports?: readonly CardReport[];
  readonly info?: CardInfo;
  readonly feedback?: Feedback;
}

const NO_CARD = '2097151';
const NEVER = new Set(['noCard', 'noPermission', 'encryptionError']);
const MESSAGE_ORDERS = new Set(['TXA', 'TCQ', 'TXSQ']);

/** A sentence of RDSS 2.1 or BDS-3. */
export function saidInText(decoded: DecodedSentence, receivedAt: EpochMs): Said {
  switch (decoded.kind) {
    case 'BDTXR':
      return { dialect: '2.1', reports: message(decoded.body.sender, decoded.body.content, receivedAt) };
    case 'BDTCI':
      return { dialect: 'bds-3', reports: message(decoded.body.sender, decoded.body.content, receivedAt) };
    case 'BDDWR':
    case 'BDWAA': {
      const { card, time, latitude, longitude, altitude = 0 } = decoded.body;
      const urgent = 'urgent' in decoded.body && decoded.body.urgent === true;
      if (card === undefined || time === undefined || latitude === undefined || longitude === undefined) return {};
      const at = { time: time.replace('Z', ''), latitude, longitude, altitude };
      return { reports: [{ card, report: positionOf(at, receivedAt, urgent) }] };
    }
    case 'BDICI':
      return { dialect: '2.1', info: cardInfo(decoded.body) };
    case 'BDICP':
      return { dialect: 'bds-3', info: cardInfo({ ...decoded.body, level: decoded.body.level || 5 }) };
    case 'BDFKI': {
      const { command, executed = false, suppression = 'none', waitSeconds } = decoded.body;
      return { dialect: '2.1', ...feedback({ command, sent: executed, why: suppression, waitSeconds }) };
    }
    case 'BDFKI3': {
      const { command, executed = false, reason = 'none', waitSeconds } = decoded.body;
      return { dialect: 'bds-3', ...feedback({ command, sent: executed, why: reason, waitSeconds }) };
    }
    case 'BDPWI':
      return { dialect: 'bds-3' };
    case 'BDBSI':
    case 'BDZTI':
      return { dialect: '2.1' };
    default:
      return {};
  }
}

/** A frame of the binary interface. */
export function saidInBinary(decoded: DecodedRdssFrame, receivedAt: EpochMs): Said {
  const dialect = '4.0';
  switch (decoded.kind) {
    case 'TXXX':
      return { dialect, reports: message(decoded.body.sender, decoded.body.content, receivedAt) };
    case 'DWXX': {
      const { card, time, latitude, longitude, altitude, info } = decoded.body;
      const at = { time, latitude, longitude, altitude };
      return { dialect, reports: [{ card, report: positionOf(at, receivedAt, info?.urgent === 1) }] };
    }
    case 'ICXX': {
      const { serviceInterval, level, encrypted } = decoded.body;
      const info = { card: decoded.address, serviceInterval, level, encrypted: encrypted === 1 };
      return { dialect, info };
    }
    case 'FKXX': {
      const { code, detail } = decoded.body;
      const command = detail !== undefined && 'command' in detail ? detail.command : 'TXSQ';
      const waitSeconds = detail !== undefined && 'waitSeconds' in detail ? detail.waitSeconds : undefined;
      return { dialect, ...feedback({ command, sent: code === 'success', why: String(code), waitSeconds }) };
    }
    case null:
      return {};
    default:
      return { dialect };
  }
}

function cardInfo(body: {
  readonly card?: string | undefined;
  readonly serviceInterval?: number | undefined;
  readonly level?: number | undefined;
  readonly encrypted?: boolean | undefined;
}): CardInfo {
  const { card = NO_CARD, serviceInterval, level, encrypted = false } = body;
  return { card, serviceInterval, level, encrypted };
}

function feedback(of: {
  readonly command: string;
  readonly sent: boolean;
  readonly why: string | undefined;
  readonly waitSeconds: number | undefined;
}): Said {
  if (!MESSAGE_ORDERS.has(of.command)) return {};
  const { sent, why = 'none', waitSeconds } = of;
  return { feedback: { sent, why, waitSeconds, never: NEVER.has(why) } };
}

function message(sender: string, content: RdssContent | undefined, receivedAt: EpochMs): readonly CardReport[] {
  const { report } = content === undefined ? {} : readContent(content);
  if (report === undefined) return [{ card: sender }];
  if (report.packing === 'group') {
    // Members have a place only; it is as old as the message.
    const time = new Date(receivedAt).toISOString().slice(11, 22);
    return report.members.map(({ card, latitude, longitude }) => ({
      card,
      report: positionOf({ time, latitude, longitude, altitude: 0 }, receivedAt, false),
    }));
  }
  const located = locationOfShortReport(report, { receivedAt });
  return [located === undefined ? { card: sender } : { card: sender, report: located }];
}

function positionOf(
  at: {
    /** `07:07:23.25`, UTC. */
    readonly time: string;
    readonly latitude: number;
    readonly longitude: number;
    readonly altitude: number;
  },
  receivedAt: EpochMs,
  urgent: boolean,
): LocationReport {
  const around: LocationAround = { receivedAt, ...(urgent ? { alarm: 1 << ALARM_BITS.emergency } : {}) };
  return locationOfShortReport({ packing: 'packed', heightType: 0, geoidSeparation: 0, ...at }, around)!;
}
