/**
 * Which vehicle the terminal says it is in: plate, colour, province and city by its parameters, the VIN by its recorder
 * (GB/T 19056, 0x05 and 0x82). What differs is set. A plate of another vehicle fails the step all the same: either the
 * terminal or the order is another vehicle's, and writing over it does not say which.
 */
import type { Json } from '../../../protocol/index.ts';
import { jsonText } from '../json-text.ts';
import { samePlateColor } from '../../registry/plate-color.ts';
import { LinkFault } from '../../terminal-link/faults.ts';
import { type Params, readParams, setParams } from '../setting.ts';
import type { Bench, Finding, Step } from '../step.ts';

/** Of the recorder, as 0x0700 and 0x8701 carry it. */
interface VehicleInformation {
  readonly vin: string;
  readonly plate: string;
  readonly plateClass: string;
}

const TO_RECORDER = 0xaa75;

export const IDENTITY: Step = {
  name: 'identity',
  zh: '车辆身份',
  en: 'Which vehicle it is in',
  async run(bench) {
    const { expected, notes, link } = bench;
    const params = notes.after ?? (await readParams(bench));
    if (params === undefined) return { findings: [{ code: 'params-unread' }] };
    notes.before ??= params;
    const found = said(params, link.speaker?.registration);
    const recorder = await recorderOf(bench);
    if (recorder !== undefined) found['vin'] = recorder.vin;
    Object.assign(notes.vehicle, found);
    const nothing = ['plate', 'plateColor', 'division', 'vin'].every((name) => !(name in expected));
    if (nothing) return { skipped: 'no-order', measured: found };
    const { wanted, findings } = compared(found, bench);
    const faults = await setParams(bench, wanted);
    findings.push(...faults);
    if (recorder !== undefined && expected.vin !== undefined && recorder.vin.trim() !== expected.vin) {
      const kept = await writeVin(bench, recorder);
      if (recorder.vin.replaceAll('0', '').trim() !== '')
        findings.push({
          code: 'wrong-vin',
          found: recorder.vin,
          expected: expected.vin,
          ...(kept ? { mended: true } : {}),
        });
      else if (!kept) findings.push({ code: 'not-kept', found: recorder.vin, expected: expected.vin });
    }
    // What did not take is not mended.
    if (faults.length > 0) return { findings: findings.map((each) => withoutMended(each)), measured: found };
    return { findings, measured: found };
  },
};

function withoutMended({ code, found, expected }: Finding): Finding {
  return { code, ...(found === undefined ? {} : { found }), ...(expected === undefined ? {} : { expected }) };
}

/** Parameters first, as those are what it goes by from now on; where it tells none, what it registered as. */
function said(params: Params, registration: object | undefined): Record<string, Json> {
  const { plate, plateColor, provinceId, cityId } = (registration ?? {}) as Record<string, Json>;
  const values = {
    plate: params['plateNumber'] ?? plate,
    plateColor: params['plateColor'] ?? plateColor,
    provinceId: params['provinceId'] ?? provinceId,
    cityId: params['cityId'] ?? cityId,
  };
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Record<string, Json>;
}

/** What is to be set, and what belonged to another vehicle. What was empty only had to be filled in. */
function compared(found: Params, { expected }: Bench): { wanted: Record<string, Json>; findings: Finding[] } {
  const wanted: Record<string, Json> = {};
  const findings: Finding[] = [];
  const { plate, plateColor, division } = expected;
  if (plate !== undefined && found['plate'] !== plate) {
    wanted['plateNumber'] = plate;
    if (typeof found['plate'] === 'string' && found['plate'] !== '')
      findings.push({ code: 'wrong-plate', found: found['plate'], expected: plate, mended: true });
  }
  const color = found['plateColor'];
  if (plateColor !== undefined && !samePlateColor(jsonText(color), plateColor)) {
    wanted['plateColor'] = colorName(plateColor);
    // A new unit comes with some colour or other: with a plate of its own it is another vehicle's.
    if (typeof found['plate'] === 'string' && found['plate'] !== '')
      findings.push({ code: 'wrong-color', found: color ?? null, expected: plateColor, mended: true });
  }
  if (division !== undefined) {
    const [province, city] = [Number(division.slice(0, 2)), Number(division.slice(2))];
    if (found['provinceId'] !== province || found['cityId'] !== city) {
      Object.assign(wanted, { provinceId: province, cityId: city });
      if (Number(found['provinceId'] ?? 0) !== 0)
        findings.push({
          code: 'wrong-division',
          found: `${jsonText(found['provinceId']).padStart(2, '0')}${jsonText(found['cityId']).padStart(4, '0')}`,
          expected: division,
          mended: true,
        });
    }
  }
  return { wanted, findings };
}

/** As the catalogue names it; a colour that it has no name for is its number. */
function colorName(color: string | number): Json {
  for (const name of ['noPlate', 'blue', 'yellow', 'black', 'white', 'green', 'other', 'yellowGreen', 'gradientGreen'])
    if (samePlateColor(name, color)) return name;
  return color;
}

/** What the recorder says of its vehicle; undefined where there is none that answers. */
async function recorderOf({ link }: Bench): Promise<VehicleInformation | undefined> {
  try {
    const { body } = await link.ask(
      'drivingRecorderDataCollectionCommand',
      { command: 'vehicleInformation' },
      { timeoutMs: 3000 },
    );
    const { vehicleInformation } = (body['data'] ?? {}) as { readonly vehicleInformation?: VehicleInformation };
    return typeof vehicleInformation?.vin === 'string' ? vehicleInformation : undefined;
  } catch (error) {
    if (!(error instanceof LinkFault) || error.code === 'gone') throw error;
    return undefined;
  }
}

/** Writes it and looks whether it stands. */
async function writeVin(bench: Bench, { plateClass, plate }: VehicleInformation): Promise<boolean> {
  const { link, expected, notes } = bench;
  const command = 'setVehicleInformation';
  const vehicleInformation = { vin: expected.vin!, plate: expected.plate ?? plate, plateClass };
  try {
    const data = { start: TO_RECORDER, command, reserved: 0, vehicleInformation };
    await link.ask('drivingRecorderParameterCommand', { command, data }, { timeoutMs: 3000 });
  } catch (error) {
    if (!(error instanceof LinkFault) || error.code === 'gone') throw error;
    return false;
  }
  const now = await recorderOf(bench);
  if (now?.vin.trim() !== expected.vin) return false;
  notes.changed.push({ name: 'vin', before: jsonText(notes.vehicle['vin']), after: now!.vin });
  return true;
}
