/**
 * What peripherals of active safety say of themselves through 0x0900, and how 0x8900 asks them: types 0xF7 (state) and
 * 0xF8 (identity). T/JSATL 12-2017 4.7. Users have these types to themselves in JT/T 808, so a body of another layout
 * stays octets.
 */
import { enumeration, flags, list, prefix, sized, struct, text } from '../schema/field.ts';

/** Types of 0x0900 and 0x8900. */
export const PERIPHERAL_TYPES = { peripheralStatus: 0xf7, peripheralIdentity: 0xf8 } as const;

const device = enumeration(1, { adas: 0x64, dsm: 0x65, tpms: 0x66, bsd: 0x67 }).about('外设ID');

/** Up, type 0xF7. */
export const PERIPHERAL_STATUS = sized(
  'rest',
  struct({
    devices: list(
      prefix(1, 'count'),
      struct({
        device,
        status: sized(
          prefix(1, 'length'),
          struct({
            state: enumeration(1, { normal: 1, standby: 2, upgrading: 3, fault: 4, disconnected: 0x10 }).about(
              '工作状态',
            ),
            faults: flags(4, {
              camera: 0,
              mainStorage: 1,
              auxiliaryStorage: 2,
              infraredLight: 3,
              speaker: 4,
              battery: 5,
              communication: 10,
              positioning: 11,
            }).about('报警状态'),
          }),
        ).about('外设状态信息'),
      }),
    ).about('消息列表'),
  }),
).about('外设状态信息', 'octets where it is a user’s own');

/** Up, type 0xF8. */
export const PERIPHERAL_IDENTITY = sized(
  'rest',
  struct({
    devices: list(
      prefix(1, 'count'),
      struct({
        device,
        identity: sized(
          prefix(1, 'length'),
          struct({
            company: text(prefix(1, 'companyLength')).about('公司名称'),
            model: text(prefix(1, 'modelLength')).about('产品型号'),
            hardwareVersion: text(prefix(1, 'hardwareVersionLength')).about('硬件版本号'),
            firmwareVersion: text(prefix(1, 'firmwareVersionLength')).about('软件版本号'),
            deviceId: text(prefix(1, 'deviceIdLength')).about('设备ID'),
            customerCode: text(prefix(1, 'customerCodeLength')).about('客户代码'),
          }),
        ).about('外设系统信息'),
      }),
    ).about('消息列表'),
  }),
).about('外设系统信息', 'octets where it is a user’s own');

/** Down, both types: of which devices. */
export const PERIPHERAL_QUERY = sized(
  'rest',
  struct({ devices: list(prefix(1, 'count'), struct({ device })).about('外设ID列表') }),
).about('外设查询', 'octets where it is a user’s own');
