/** `serve` and `doctor`, with the settings that they take as flags. */
import type { HelpTexts } from '../help-text.ts';

export const SERVE: HelpTexts = {
  'the gateway: takes terminals, keeps a journal, delivers to MQTT and InfluxDB':
    '运行网关：接入终端，记日志，转发到 MQTT 和 InfluxDB',
  'settings in a YAML file': 'YAML 配置文件',
  'settings in a YAML file, as serve has it': 'YAML 配置文件，与 serve 相同',
  'Folder of the journal, the tracks and the accounts; made when missing.': '日志、轨迹和账号的目录；不存在则创建。',
  'Processes that share the terminals, each with a journal and outlets of its own; with more than one a further process leads. See docs/operations.md.':
    '分担终端的进程数，各有自己的日志和出口；多于一个时另有一个主进程。见 docs/operations.md。',
  'Where terminals connect, TCP and UDP alike.': '终端接入地址，TCP 与 UDP 相同。',
  'Who may register: any terminal (`open`), or those in `jt808.terminals` and those that the platform archived (`listed`).':
    '谁可以注册：任何终端（`open`），或 `jt808.terminals` 所列及平台已建档的终端（`listed`）。',
  'Where the embedded broker listens. Not used where `mqtt.url` is given.':
    '内置 MQTT 代理的监听地址；给出 `mqtt.url` 时不用。',
  'An external broker instead of the embedded one; credentials may stand in the URL.':
    '用外部 MQTT 代理替代内置的；账号密码可写在 URL 中。',
  'Server to write to; no `influx` setting at all means no time series outlet.':
    '写入的时序库；完全不设 `influx` 则无此出口。',
  'Write API: `v2` for InfluxDB 2 and 3 and VictoriaMetrics, `v1` for InfluxDB 1.':
    '写入接口：`v2` 用于 InfluxDB 2、3 和 VictoriaMetrics，`v1` 用于 InfluxDB 1。',
  'Organisation (v2).': '组织（v2）。',
  'Bucket (v2).': '存储桶（v2）。',
  'API token (v2).': 'API 令牌（v2）。',
  'Where the HTTP API, the status page and the metrics are.': 'HTTP 接口、状态页和指标的地址。',
  'Least severe entry that is logged.': '记录的最低日志级别。',
  'Every setting can also stand in the YAML file or in the environment (XINGJI_DATA, XINGJI_MQTT_URL, …); flags win over the environment, the environment over the file.':
    '每项设置也可写在 YAML 文件或环境变量中（XINGJI_DATA、XINGJI_MQTT_URL……）；命令行优先于环境变量，环境变量优先于文件。',
  'how the configuration stands against graded protection (等级保护 2.0), level three':
    '对照网络安全等级保护（2.0）三级检查配置',
  'how the configuration and its data folder stand against graded protection (等级保护 2.0), level three':
    '对照网络安全等级保护（2.0）三级检查配置与数据目录',
  'one JSON object per finding': '每项结论输出一个 JSON 对象',
  'Give it the settings that serve is given. It looks at what a program can see of GB/T 22239-2019; it replaces no assessment.':
    '给出与 serve 相同的设置。只检查程序能看到的 GB/T 22239-2019 要求，不能代替测评。',
  'Exit code: 0 no finding fails, 1 one does, 2 the configuration is wrong.':
    '退出码：0 无不符合项，1 有不符合项，2 配置有误。',
};
