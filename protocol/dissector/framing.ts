/** The Lua that finds frames in packets and streams, reads headers, and joins messages that came in parts. */
export const FRAMING = String.raw`
-- ------------------------------------------------------------------ frames

local names = {}
for id, message in pairs(M) do names[id] = message.name end

local H = {
  id = ProtoField.uint16("jt808.id", "id (消息ID)", base.HEX, names),
  properties = ProtoField.uint16("jt808.properties", "properties (消息体属性)", base.HEX),
  length = ProtoField.uint16("jt808.properties.length", "length of the body", base.DEC, nil, 0x03ff),
  encryption = ProtoField.uint16("jt808.properties.encryption", "encryption", base.DEC, { [0] = "none", [1] = "rsa" }, 0x1c00),
  subpackage = ProtoField.bool("jt808.properties.subpackage", "one part of several", 16, nil, 0x2000),
  flagged = ProtoField.bool("jt808.properties.version", "layout of 2019", 16, nil, 0x4000),
  version = ProtoField.uint8("jt808.version", "version (协议版本号)"),
  phone = ProtoField.string("jt808.phone", "phone (终端手机号)"),
  serial = ProtoField.uint16("jt808.serial", "serial (消息流水号)"),
  total = ProtoField.uint16("jt808.total", "number of parts (消息总包数)"),
  number = ProtoField.uint16("jt808.number", "number of this part (包序号)"),
  revision = ProtoField.uint16("jt808.revision", "revision"),
  body = ProtoField.bytes("jt808.body", "body (消息体)"),
  check = ProtoField.uint8("jt808.check", "check code (校验码)", base.HEX),
  noise = ProtoField.bytes("jt808.noise", "octets that are no frame"),
  reassembledIn = ProtoField.framenum("jt808.reassembled_in", "joined in"),
  parts = ProtoField.framenum("jt808.part", "part in"),
}
for _, one in pairs(H) do registered[#registered + 1] = one end
jt808.fields = registered
jt808.experts = { MALFORMED, CHECKSUM, TRAILING, NO_TIME }

jt808.prefs.ports = Pref.range("Ports", "8808", "TCP and UDP ports of platforms", 65535)
jt808.prefs.before2019 = Pref.enum("Revision before 2019", 2013, "2011 and 2013 have one header", { { 1, "2013", 2013 }, { 2, "2011", 2011 } }, false)

-- Parts by where they belong; whole messages by the packet that completed them. Filled in the first pass.
local open, whole, joinedIn = {}, {}, {}
function jt808.init()
  open, whole, joinedIn = {}, {}, {}
end

local function keyOf(pinfo, phone, id, total, first)
  return table.concat({ tostring(pinfo.src), tostring(pinfo.src_port), tostring(pinfo.dst), tostring(pinfo.dst_port), phone, id, total, first }, " ")
end

-- Keeps a part; the octets of all where it was the last one missing.
local function keep(pinfo, place, key, total, number, bytes)
  if pinfo.visited then return whole[place] end
  local message = open[key] or { got = 0, parts = {}, frames = {} }
  open[key] = message
  if message.parts[number] == nil then
    message.got = message.got + 1
    message.parts[number] = bytes
    message.frames[number] = pinfo.number
  end
  if message.got < total then return nil end
  local all = ByteArray.new()
  for i = 1, total do all:append(message.parts[i]) end
  open[key] = nil
  joinedIn[key] = pinfo.number
  whole[place] = { bytes = all, frames = message.frames }
  return whole[place]
end

local function dissectPacket(tvb, from, stop, pinfo, tree, place)
  local size = stop - from
  if size < 12 then
    tree:add_proto_expert_info(MALFORMED, "a header has 12 octets, there are " .. size)
    return
  end
  local properties = tvb(from + 2, 2):uint()
  local parted = bitOf(properties, 13)
  local flagged = bitOf(properties, 14)
  local extra = parted and 4 or 0
  local surplus = size - (flagged and 17 or 12) - extra - properties % 1024
  -- The layout of 2019 without its flag, and the flag on the older one, are met.
  if flagged and surplus == -5 then flagged = false
  elseif not flagged and surplus == 5 and tvb(from + 4, 1):uint() == 1 and tvb(from + 5, 2):uint() == 0 then flagged = true
  elseif surplus ~= 0 then tree:add_proto_expert_info(MALFORMED, string.format("the header declares %d octets of body, there are %d", properties % 1024, size - (flagged and 17 or 12) - extra)) end
  local header = (flagged and 17 or 12) + extra
  if size < header then
    tree:add_proto_expert_info(MALFORMED, string.format("a header has %d octets, there are %d", header, size))
    return
  end
  local id = tvb(from, 2):uint()
  local message = M[id]
  tree:add(H.id, tvb(from, 2))
  local word = tree:add(H.properties, tvb(from + 2, 2))
  for _, one in ipairs({ H.length, H.encryption, H.subpackage, H.flagged }) do word:add(one, tvb(from + 2, 2)) end
  local at = from + 4
  if flagged then tree:add(H.version, tvb(at, 1)) at = at + 1 end
  local phoneSize = flagged and 10 or 6
  local phone = tostring(tvb(at, phoneSize):bytes()):lower()
  tree:add(H.phone, tvb(at, phoneSize), phone)
  at = at + phoneSize
  local serial = tvb(at, 2):uint()
  tree:add(H.serial, tvb(at, 2))
  at = at + 2
  local total, number = 0, 0
  if parted then
    total, number = tvb(at, 2):uint(), tvb(at + 2, 2):uint()
    tree:add(H.total, tvb(at, 2))
    tree:add(H.number, tvb(at + 2, 2))
    at = at + 4
  end
  local title = (message and message.name or string.format("0x%04X", id)) .. " " .. (phone:gsub("^0+(.)", "%1"))
  tree:append_text(", " .. title)
  pinfo.cols.info:append((place.index > 1 and "; " or "") .. title .. (parted and string.format(" part %d/%d", number, total) or ""))

  local revision = flagged and 2019 or jt808.prefs.before2019
  local body, start, finish = tvb, at, stop
  if total > 1 then
    local key = keyOf(pinfo, phone, id, total, (serial - number + 1) % 65536)
    local all = number >= 1 and number <= total and keep(pinfo, place.key, key, total, number, tvb(at, stop - at):bytes())
    if stop > at then tree:add(H.body, tvb(at, stop - at)) end
    if not all then
      if joinedIn[key] then tree:add(H.reassembledIn, joinedIn[key]):set_generated() end
      return
    end
    for _, frame in ipairs(all.frames) do tree:add(H.parts, frame):set_generated() end
    body, start, finish = all.bytes:tvb("Joined message"), 0, all.bytes:len()
  end
  if message == nil or (properties / 1024) % 8 >= 1 then
    if finish > start and total < 2 then tree:add(H.body, body(start, finish - start)) end
    return
  end
  -- 2011 has shorter bodies under the same header.
  if revision == 2013 then
    local s = state(body, start, finish, "")
    local function good(r)
      for _, layout in ipairs(message.by[r]) do if fits(s, layout, "", finish) then return true end end
    end
    if not good(2013) and good(2011) then revision = 2011 end
  end
  tree:add(H.revision, revision):set_generated()
  local branch = tree:add(body(start, finish - start), message.zh .. " " .. message.en)
  dissectBody(message, revision, body, start, finish, branch)
end

-- Octets [from, stop) between two flags.
local function dissectFrame(tvb, from, stop, pinfo, root, place)
  local tree = root:add(jt808, tvb(from - 1, stop - from + 2))
  local bytes = tvb(from, stop - from):bytes()
  local packet, start, finish = tvb, from, stop
  local n = stop - from
  local escaped = false
  for i = 0, n - 1 do if bytes:get_index(i) == 0x7d then escaped = true break end end
  if escaped then
    local out, i = {}, 0
    while i < n do
      local octet = bytes:get_index(i)
      if octet == 0x7d and i + 1 < n and (bytes:get_index(i + 1) == 1 or bytes:get_index(i + 1) == 2) then
        octet = 0x7c + bytes:get_index(i + 1)
        i = i + 1
      elseif octet == 0x7d and i + 1 < n then
        tree:add_proto_expert_info(MALFORMED, "the octet 7d is followed by neither 01 nor 02")
      end
      out[#out + 1] = string.format("%02x", octet)
      i = i + 1
    end
    bytes = ByteArray.new(table.concat(out))
    packet, start, finish = bytes:tvb("Unescaped packet"), 0, #out
  end
  local check = 0
  for i = 0, finish - start - 2 do check = bit.bxor(check, bytes:get_index(i)) end
  local sent = bytes:get_index(finish - start - 1)
  dissectPacket(packet, start, finish - 1, pinfo, tree, place)
  local item = tree:add(H.check, packet(finish - 1, 1))
  if sent ~= check then item:add_proto_expert_info(CHECKSUM, string.format("expected 0x%02x", check)) end
end

local function nextFlag(tvb, from)
  for i = from, tvb:len() - 1 do if tvb(i, 1):uint() == 0x7e then return i end end
  return nil
end

local function dissect(tvb, pinfo, root, stream)
  pinfo.cols.protocol = "JT/T 808"
  pinfo.cols.info:clear()
  local offset, index = 0, 0
  local length = tvb:len()
  while offset < length do
    local flag = nextFlag(tvb, offset)
    if flag ~= offset then
      root:add(jt808, tvb(offset, (flag or length) - offset)):add(H.noise, tvb(offset, (flag or length) - offset))
      if flag == nil then return end
    end
    local first = flag
    while first + 1 < length and tvb(first + 1, 1):uint() == 0x7e do first = first + 1 end
    local last = nextFlag(tvb, first + 1)
    if last == nil then
      if stream and length - first <= 2092 then
        pinfo.desegment_offset = first
        pinfo.desegment_len = DESEGMENT_ONE_MORE_SEGMENT
      elseif length - first > 1 then
        root:add(jt808, tvb(first, length - first)):add(H.noise, tvb(first, length - first))
      end
      return
    end
    index = index + 1
    dissectFrame(tvb, first + 1, last, pinfo, root, { index = index, key = pinfo.number .. "." .. index })
    -- One flag may end a frame and begin the next.
    offset = last + 1
    if offset < length and tvb(offset, 1):uint() ~= 0x7e and nextFlag(tvb, offset) then offset = last end
  end
end

function jt808.dissector(tvb, pinfo, root)
  dissect(tvb, pinfo, root, true)
  return tvb:len()
end

-- Datagrams hold whole frames.
local datagrams = Proto("jt808_udp", "JT/T 808 over UDP")
function datagrams.dissector(tvb, pinfo, root)
  dissect(tvb, pinfo, root, false)
  return tvb:len()
end

local ports = ""
local function listen()
  for name, dissector in pairs({ ["tcp.port"] = jt808, ["udp.port"] = datagrams }) do
    local tables = DissectorTable.get(name)
    if ports ~= "" then tables:remove(ports, dissector) end
    if jt808.prefs.ports ~= "" then tables:add(jt808.prefs.ports, dissector) end
  end
  ports = jt808.prefs.ports
end
jt808.prefs_changed = listen
listen()
`;
