/**
 * What the fields of the standard are called by the projects whose frames are in `tests/vectors`: for each message our
 * path, then theirs. `[]` stands for any place in a list, the same on both sides.
 */

type Table = Readonly<Record<string, string>>;

/** The fixed part of a location under a name of ours and a name of theirs. */
function location(ours: string, theirs: string): Table {
  const names: Table = {
    alarm: 'AlarmFlag AlarmSign 报警标志 warnBit Warn',
    status: 'StatusFlag StatusSign 状态标志 statusBit Status',
    latitude: 'Lat Latitude latitude 纬度',
    longitude: 'Lng Longitude longitude 经度',
    altitude: 'Altitude altitude 海拔高度',
    speed: 'Speed speed 速度',
    direction: 'Direction direction 方向',
    time: 'GPSTime DateTime deviceTime Time 时间',
    'items.mileage': 'BasicLocationAttachData[0x01].Mileage',
    'items.fuel': 'BasicLocationAttachData[0x02].Oil',
  };
  return Object.fromEntries(
    Object.entries(names).map(([own, other]) => [
      `${ours}${own}`,
      other
        .split(' ')
        .map((name) => `${theirs}${name}`)
        .join(' '),
    ]),
  );
}

/** Limits of an area or a route. */
const limits = (ours: string, theirs: string): Table => ({
  [`${ours}startTime`]: `${theirs}StartTime startTime`,
  [`${ours}endTime`]: `${theirs}EndTime endTime`,
  [`${ours}maxSpeed`]: `${theirs}HighestSpeed`,
  [`${ours}overspeedDuration`]: `${theirs}OverspeedDuration`,
  [`${ours}nightMaxSpeed`]: `${theirs}NightMaximumSpeed`,
  [`${ours}name`]: `${theirs}AreaName ${theirs}RouteName name`,
});
const area = (ours: string, theirs: string): Table => ({
  [`${ours}areaId`]: `${theirs}AreaId`,
  [`${ours}areaAttributes`]: `${theirs}AreaProperty`,
  ...limits(ours, theirs),
});
const circles = (ours: string, theirs: string): Table => ({
  [`${ours}count`]: `${theirs}AreaCount`,
  ...area(`${ours}areas[].`, `${theirs}AreaItems[].`),
  [`${ours}areas[].centerLatitude`]: `${theirs}AreaItems[].CenterPointLat`,
  [`${ours}areas[].centerLongitude`]: `${theirs}AreaItems[].CenterPointLng`,
  [`${ours}areas[].radius`]: `${theirs}AreaItems[].Radius`,
});
const rectangles = (ours: string, theirs: string): Table => ({
  [`${ours}count`]: `${theirs}AreaCount`,
  ...area(`${ours}areas[].`, `${theirs}AreaItems[].`),
  [`${ours}areas[].bottomRightLatitude`]: `${theirs}AreaItems[].LowRightPointLat`,
  [`${ours}areas[].bottomRightLongitude`]: `${theirs}AreaItems[].LowRightPointLng`,
  [`${ours}areas[].topLeftLatitude`]: `${theirs}AreaItems[].UpLeftPointLat`,
  [`${ours}areas[].topLeftLongitude`]: `${theirs}AreaItems[].UpLeftPointLng`,
});
const polygon = (ours: string, theirs: string): Table => ({
  ...area(ours, theirs),
  [`${ours}vertexCount`]: `${theirs}PeakItems.Count`,
  [`${ours}vertices[].latitude`]: `${theirs}PeakItems[].Lat`,
  [`${ours}vertices[].longitude`]: `${theirs}PeakItems[].Lng`,
});
const route = (ours: string, theirs: string): Table => ({
  [`${ours}routeId`]: `${theirs}RouteId id`,
  [`${ours}routeAttributes`]: `${theirs}RouteProperty attribute`,
  ...limits(ours, theirs),
  [`${ours}pointCount`]: `${theirs}InflectionPointItems.Count`,
  [`${ours}points[].pointId`]: `${theirs}InflectionPointItems[].InflectionPointId`,
  [`${ours}points[].segmentId`]: `${theirs}InflectionPointItems[].SectionId`,
  [`${ours}points[].latitude`]: `${theirs}InflectionPointItems[].InflectionPointLat`,
  [`${ours}points[].longitude`]: `${theirs}InflectionPointItems[].InflectionPointLng`,
  [`${ours}points[].width`]: `${theirs}InflectionPointItems[].SectionWidth`,
  [`${ours}points[].segmentAttributes`]: `${theirs}InflectionPointItems[].SectionProperty`,
  [`${ours}points[].maxTravelTime`]: `${theirs}InflectionPointItems[].SectionLongDrivingThreshold`,
  [`${ours}points[].minTravelTime`]: `${theirs}InflectionPointItems[].SectionDrivingUnderThreshold`,
  [`${ours}points[].maxSpeed`]: `${theirs}InflectionPointItems[].SectionHighestSpeed`,
  [`${ours}points[].overspeedDuration`]: `${theirs}InflectionPointItems[].SectionOverspeedDuration`,
  [`${ours}points[].nightMaxSpeed`]: `${theirs}InflectionPointItems[].NightMaximumSpeed.Value`,
});
const ids: Table = { count: 'AreaCount Count ParameterCount', ids: 'id', 'ids[]': 'AreaIds[] Ids[]' };
const media: Table = {
  multimediaId: 'MultimediaId MultimediaID id mediaId',
  type: 'MultimediaType type',
  format: 'MultimediaCodingFormat MultimediaFormatEncode format',
  event: 'EventItemCoding EventItemEncode event',
  channelId: 'ChannelId ChannelID channelId',
};
const search: Table = {
  ...media,
  startTime: 'StartTime startTime',
  endTime: 'EndTime endTime',
  deleteFlag: 'delete MultimediaDeleted',
};
const recorderHead = 'JT808CarDVRUpPackage.Bodies.';
/** The same names in what a recorder tells and what it is told. */
const recorder = (ours: string, theirs: string): Table => ({
  ...Object.fromEntries(
    ['accumulatedMileage', 'pulseCoefficient', 'signalConfiguration', 'recorderTime', 'initialMileage'].map((block) => [
      `data.${block}.realTime`,
      `${theirs}RealTime`,
    ]),
  ),
  [`data.${ours}.installTime`]: `${theirs}FirstInstallTime`,
  [`data.${ours}.initialMileage`]: `${theirs}FirstMileage`,
  [`data.${ours}.totalMileage`]: `${theirs}TotalMilage`,
  'data.pulseCoefficient.pulseCoefficient': `${theirs}PulseCoefficient`,
  'data.vehicleInformation.vin': `${theirs}Vin`,
  'data.vehicleInformation.plate': `${theirs}VehicleNo`,
  'data.vehicleInformation.plateClass': `${theirs}VehicleType`,
  'data.signalConfiguration.signals': `${theirs}SignalOperate`,
  'data.signalConfiguration.d0': `${theirs}D0`,
  'data.signalConfiguration.d1': `${theirs}D1`,
  'data.signalConfiguration.d2': `${theirs}D2`,
  'data.signalConfiguration.nearLight': `${theirs}NearLight`,
  'data.signalConfiguration.farLight': `${theirs}FarLight`,
  'data.signalConfiguration.rightTurn': `${theirs}RightTurn`,
  'data.signalConfiguration.leftTurn': `${theirs}LeftTurn`,
  'data.signalConfiguration.brake': `${theirs}Brake`,
});
const records = (ours: string, theirs: string, names: Table): Table =>
  Object.fromEntries(
    Object.entries(names).map(([own, other]) => [`data.${ours}[].${own}`, `${recorderHead}${theirs}[].${other}`]),
  );
const acknowledged: Table = {
  replySerial: 'ReplyMsgNum MsgNum RespondSerialNumber responseSerialNo 应答消息流水号',
  replyId: 'ReplyMsgId AckMsgId RespondID responseMessageId 应答消息ID',
  result: 'Result resultCode 结果',
};

/** By id. Fields that no source has a fact of are not here. */
export const FACT_NAMES: Readonly<Record<string, Table>> = {
  '0x0001': acknowledged,
  '0x8001': acknowledged,
  '0x0005': { originalSerial: 'OriginalMsgNum', count: 'AgainPackageCount' },
  '0x8003': { originalSerial: 'OriginalSerialNumber', count: 'AgainPackageCount', packageIds: 'AgainPackageList' },
  '0x8004': { time: 'Time' },
  '0x0100': {
    provinceId: 'ProvinceID ProvincialID provinceId 省域ID AreaID',
    cityId: 'CityID cityId 市县域ID CityOrCountyId',
    manufacturerId: 'ManufacturerID 制造商ID MakerId makerId',
    terminalModel: 'TermModel TerminalModel 终端型号 deviceModel',
    terminalId: 'TermID TerminalID 终端ID TerminalId deviceId',
    plateColor: 'PlateColor LicensePlateColor 车牌颜色 plateColor',
    plate: 'LicensePlate LicensePlateNumber 车牌号 PlateNo plateNo',
  },
  '0x8100': {
    replySerial: 'RespondSerialNumber responseSerialNo AckMsgNum ackSerial 应答流水号',
    result: 'Result resultCode result 结果',
    authCode: 'AuthCode token Code 鉴权码',
  },
  '0x0102': {
    authCodeLength: 'AuthCodeLen CodeLength 鉴权码长度',
    authCode: 'Token token AuthCode Code 鉴权码',
    imei: 'imei IMEI TerminalIMEI 终端IMEI',
    softwareVersion: 'softwareVersion SoftwareVersion 软件版本',
  },
  '0x0104': { replySerial: 'MsgNum responseSerialNo', count: 'AnswerParamsCount' },
  '0x8106': { count: 'ParameterCount', paramIds: 'Parameters id' },
  '0x0107': {
    terminalType: 'deviceType',
    manufacturerId: 'makerId',
    terminalModel: 'deviceModel',
    terminalId: 'deviceId',
    iccid: 'iccid',
    hardwareVersion: 'hardwareVersion',
    firmwareVersion: 'firmwareVersion',
    gnssAttributes: 'gnssAttribute',
    commAttributes: 'networkAttribute',
  },
  '0x0108': { upgradeType: 'type', result: 'result' },
  '0x8108': { manufacturerId: 'MakerId', version: 'VersionNum', data: 'UpgradePackage' },
  '0x0200': location('', ''),
  '0x0201': {
    replySerial: 'RespondSerialNumber ReplyMsgNum responseSerialNo',
    ...location('location.', 'T0x0200LocationItem.'),
    ...Object.fromEntries(
      Object.entries(location('location.', 'Position.')).map(([own, other]) => [
        own,
        `${other} ${location('location.', 'T0x0200LocationItem.')[own]} ${location('location.', '')[own]}`,
      ]),
    ),
  },
  '0x0500': { replySerial: 'MsgNum', ...location('location.', 'JT808_0x0200.') },
  '0x8202': { interval: 'Interval interval', validity: 'LocationTrackingValidity validityPeriod' },
  '0x0301': { eventId: 'EventId EventID eventId' },
  '0x0302': { replySerial: 'ReplySNo responseSerialNo SerialNumber', answerId: 'AnswerId AnswerID answerId' },
  '0x0303': { infoType: 'InformationType type', flag: 'Flag action' },
  '0x8300': { flag: 'TextFlag Flag', textType: 'TextType', text: 'TextInfo Text' },
  '0x8301': {
    setType: 'type',
    count: 'SettingCount',
    'events[].eventId': 'EventItems[].EventId',
    'events[].contentLength': 'EventItems[].EventContentLength',
    'events[].content': 'EventItems[].EventContent',
  },
  '0x8302': {
    flag: 'Flag',
    questionLength: 'IssueContentLength QuestionContentLen',
    question: 'Issue QuestionContent',
    'answers[].answerId': 'Answers[].Id AnswerList[].AnswerID',
    'answers[].contentLength': 'Answers[].ContentLength AnswerList[].AnswerContentLen',
    'answers[].content': 'Answers[].Content AnswerList[].AnswerContent',
  },
  '0x8303': { setType: 'type' },
  '0x8304': { infoType: 'InformationType type', length: 'InformationLength', content: 'InformationContent content' },
  '0x8400': { phone: 'PhoneNumber' },
  '0x8401': {
    setType: 'type',
    count: 'ContactCount',
    'contacts[].phone': 'JT808ContactProperties[].PhoneNumber',
    'contacts[].name': 'JT808ContactProperties[].Contact',
  },
  '0x8500': {
    count: 'ControlTypeCount',
    flag: 'ControlFlag',
    'controls[].controlId': 'ControlTypes[].ControlTypeId',
    'controls[].param': 'ControlTypes[].ControlTypeParameter',
  },
  '0x8600': circles('', ''),
  '0x8602': rectangles('', ''),
  '0x8604': polygon('', ''),
  '0x8606': route('', ''),
  '0x8601': ids,
  '0x8603': ids,
  '0x8607': ids,
  '0x8608': { queryType: 'QueryType type', ...ids },
  '0x0608': {
    queryType: 'QueryType',
    count: 'Count',
    ...circles('circles[].', 'JT808_0x8600s[].'),
    ...rectangles('rectangles[].', 'JT808_0x8602s[].'),
    ...polygon('polygons[].', 'JT808_0x8604s[].'),
    ...route('routes[].', 'JT808_0x8606s[].'),
  },
  '0x0702': {
    status: 'status',
    time: 'IC_Card_PlugDateTime dateTime',
    cardResult: 'cardStatus',
    driverName: 'name',
    certificateCode: 'licenseNo',
    issuer: 'institution',
    validUntil: 'licenseValidPeriod',
  },
  '0x0704': {
    count: 'Count Num total 数据项个数',
    dataType: 'LocationType Type type 位置汇报类型',
    'items[].length': 'Items[].Len',
    ...Object.fromEntries(
      Object.entries(location('items[].location.', 'Items[].T0x0200LocationItem.')).map(([own, other]) => [
        own,
        `${other} ${location('items[].location.', 'Positions[].')[own]}`,
      ]),
    ),
  },
  '0x0705': {
    count: 'CanItemCount total',
    time: 'FirstCanReceiveTime',
    'items[].canId': 'CanItems[].CanId',
    'items[].canData': 'CanItems[].CanData',
  },
  '0x0800': media,
  '0x0801': { ...media, data: 'MultimediaDataPackage packet' },
  '0x0802': {
    replySerial: 'MsgNum responseSerialNo',
    count: 'MultimediaItemCount',
    'items[].multimediaId': 'MultimediaSearchItems[].MultimediaId',
    'items[].channelId': 'MultimediaSearchItems[].ChannelId',
    ...location('items[].location.', 'MultimediaSearchItems[].Position.'),
  },
  '0x0805': {
    replySerial: 'ReplyMsgNum',
    result: 'Result',
    count: 'MultimediaIdCount',
    multimediaIds: 'MultimediaIds',
  },
  '0x8800': { multimediaId: 'MultimediaId mediaId', count: 'RetransmitPackageCount', packageIds: 'id' },
  '0x8801': {
    channelId: 'ChannelId channelId',
    command: 'ShootingCommand command',
    interval: 'VideoTime time',
    saveFlag: 'SaveFlag save',
    resolution: 'Resolution resolution',
    quality: 'VideoQuality quality',
    brightness: 'Lighting brightness',
    contrast: 'Contrast contrast',
    saturation: 'Saturability saturation',
    chroma: 'Chroma chroma',
  },
  '0x8802': search,
  '0x8803': search,
  '0x8804': { duration: 'RecordTime', sampleRate: 'AudioSampleRate' },
  '0x8805': { multimediaId: 'MultimediaId' },
  '0x0900': { type: 'PassthroughType' },
  '0x8900': { type: 'PassthroughType' },
  '0x0A00': { e: 'E' },
  '0x8105': { command: 'CommandWord' },
  '0x8700': {
    command: 'CommandId',
    'data.command': 'JT808CarDVRDownPackage.CommandId',
    'data.query.startTime': 'StartTime',
    'data.query.endTime': 'EndTime',
    'data.query.maxBlocks': 'Count',
  },
  '0x8701': {
    command: 'CommandId',
    'data.command': 'JT808CarDVRDownPackage.CommandId',
    ...recorder('initialMileage', ''),
  },
  '0x0700': {
    replySerial: 'ReplyMsgNum',
    'data.start': 'JT808CarDVRUpPackage.Begin',
    'data.reserved': 'JT808CarDVRUpPackage.KeepFields',
    'data.standardVersion.year': `${recorderHead}StandardYear`,
    'data.standardVersion.modification': `${recorderHead}ModifyNumber`,
    ...recorder('accumulatedMileage', recorderHead),
    'data.recorderNumber.cccCode': `${recorderHead}ProductionPlantCCCCertificationCode`,
    'data.recorderNumber.model': `${recorderHead}CertifiedProductModels`,
    'data.recorderNumber.productionDate': `${recorderHead}ProductionDate`,
    'data.recorderNumber.serialNumber': `${recorderHead}ProductProductionFlowNumber`,
    'data.recorderNumber.reserved': `${recorderHead}Reversed`,
    ...records('locationRecords', 'JT808_CarDVR_Up_0x09_PositionPerHours', {
      startTime: 'StartTime',
      'minutes[].averageSpeed': 'JT808_CarDVR_Up_0x09_PositionPerMinutes[].AvgSpeedAfterStartTime',
      'minutes[].latitude': 'JT808_CarDVR_Up_0x09_PositionPerMinutes[].GpsLat',
      'minutes[].longitude': 'JT808_CarDVR_Up_0x09_PositionPerMinutes[].GpsLng',
      'minutes[].altitude': 'JT808_CarDVR_Up_0x09_PositionPerMinutes[].Height',
    }),
    ...records('accidentRecords', 'JT808_CarDVR_Up_0x10_AccidentSuspectins', {
      endTime: 'EndTime',
      licence: 'DriverLicenseNo',
      'position.latitude': 'GpsLat',
      'position.longitude': 'GpsLng',
      'position.altitude': 'Height',
      'states[].speed': 'JT808_CarDVR_Up_0x10_DrivingStatuss[].Speed',
      'states[].signals': 'JT808_CarDVR_Up_0x10_DrivingStatuss[].StatusSignal',
    }),
    ...records('overtimeRecords', 'JT808_CarDVR_Up_0x11_DriveOverTimes', {
      licence: 'DriverLicenseNo',
      startTime: 'ContinueDrivingStartTime',
      endTime: 'ContinueDrivingEndTime',
      'startPosition.latitude': 'GpsStartLat',
      'startPosition.longitude': 'GpsStartLng',
      'startPosition.altitude': 'StartHeight',
      'endPosition.latitude': 'GpsEndLat',
      'endPosition.longitude': 'GpsEndLng',
      'endPosition.altitude': 'EndHeight',
    }),
    ...records('driverRecords', 'JT808_CarDVR_Up_0x12_DriveLogins', {
      time: 'LoginTime',
      event: 'LoginType',
      licence: 'DriverLicenseNo',
    }),
    ...records('powerRecords', 'JT808_CarDVR_Up_0x13_ExternalPowerSupplys', { time: 'EventTime', event: 'EventType' }),
    ...records('parameterRecords', 'JT808_CarDVR_Up_0x14_ParameterModifys', { time: 'EventTime', event: 'EventType' }),
    ...records('speedStatusRecords', 'JT808_CarDVR_Up_0x15_SpeedStatusLogs', {
      status: 'SpeedStatus',
      startTime: 'SpeedStatusStartTime',
      endTime: 'SpeedStatusEndTime',
      'seconds[].recorded': 'JT808_CarDVR_Up_0x15_SpeedPerSeconds[].RecordSpeed',
      'seconds[].reference': 'JT808_CarDVR_Up_0x15_SpeedPerSeconds[].ReferenceSpeed',
    }),
  },
};
