/** The Lua that walks the tables over the octets of a body and shows each field where it stands. */
export const WALKER = String.raw`
-- ------------------------------------------------------------------ walking

local walk

local function fail(s, path, need)
  error({ path = path, need = need, left = s.stop - s.pos, at = s.pos }, 0)
end

local function take(s, n, path)
  if s.pos + n > s.stop then fail(s, path, n) end
  local from = s.pos
  s.pos = from + n
  return from
end

local function number(s, n, path)
  local from = take(s, n, path)
  return s.tvb(from, n):uint()
end

-- A length or a count in front of what it measures.
local function prefix(s, at, path, tree)
  local value = number(s, at.size, path)
  if tree then tree:add(prefixField(sibling(path, at.name), at.size), s.tvb(s.pos - at.size, at.size)) end
  return value
end

local function lengthOf(s, extent, path, tree)
  if type(extent) == "number" then return extent end
  if extent == "rest" then return s.stop - s.pos end
  if extent.from then return s.wire[extent.from] or 0 end
  return prefix(s, extent, path, tree)
end

local function bitOf(value, bit)
  return math.floor(value / 2 ^ bit) % 2 == 1
end

local function holds(s, condition)
  if type(condition) == "boolean" then return condition end
  if condition.all then
    for _, one in ipairs(condition.all) do if not holds(s, one) then return false end end
    return true
  end
  local wire = s.wire[condition.field] or -1
  if condition.equals then return wire == condition.equals end
  if condition["not"] then return wire ~= condition["not"] end
  if condition.among then
    for _, one in ipairs(condition.among) do if wire == one then return true end end
    return false
  end
  return wire >= 0 and bitOf(wire, condition.bit)
end

-- Reads octets up to stop as exactly one value without showing it; says whether that went.
local function fits(s, node, path, stop)
  local trial = { tvb = s.tvb, pos = s.pos, stop = stop, wire = setmetatable({}, { __index = s.wire }), from = s.from }
  local good, fault = pcall(walk, trial, node, "", path, nil, {}, false)
  if not good and type(fault) ~= "table" then error(fault, 0) end
  return good and trial.pos == stop
end

local function within(s, stop, node, path, tree, spec)
  local outer = s.stop
  s.stop = stop
  walk(s, node, "", path, tree, spec, false)
  s.stop = outer
end

local function hex(s, from, n)
  return tostring(s.tvb(from, n):bytes()):lower()
end

-- Days since 1970 of a date of the Gregorian calendar.
local function daysOf(y, m, d)
  if m <= 2 then y = y - 1 end
  local era = math.floor(y / 400)
  local yoe = y - era * 400
  local doy = math.floor((153 * (m + (m > 2 and -3 or 9)) + 2) / 5) + d - 1
  return era * 146097 + yoe * 365 + math.floor(yoe / 4) - math.floor(yoe / 100) + doy - 719468
end

local MONTHS = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 }

local function moment(y, m, d, hh, mm, ss)
  local leap = (y % 4 == 0 and y % 100 ~= 0) or y % 400 == 0
  if m < 1 or m > 12 or d < 1 or d > (m == 2 and leap and 29 or MONTHS[m]) or hh > 23 or mm > 59 or ss > 59 then return nil end
  return daysOf(y, m, d) * 86400 + hh * 3600 + mm * 60 + ss
end

-- Seconds and nanoseconds since 1970, or nil where the octets name no moment.
local function timeOf(s, node, from)
  if node.form == "bcd" or node.form == "utc" then
    local digits = hex(s, from, 6)
    if digits:match("%a") then return nil end
    local p = {}
    for two in digits:gmatch("..") do p[#p + 1] = tonumber(two) end
    local seconds = moment(2000 + p[1], p[2], p[3], p[4], p[5], p[6])
    return seconds and (node.form == "utc" and seconds or seconds - 28800), 0
  elseif node.form == "calendar" then
    local t = s.tvb
    local seconds = moment(t(from + 2, 2):uint(), t(from + 1, 1):uint(), t(from, 1):uint(), t(from + 4, 1):uint(), t(from + 5, 1):uint(), t(from + 6, 1):uint())
    if seconds == nil or seconds < 28800 then return nil end
    return seconds - 28800, 0
  end
  local value = s.tvb(from, 4):uint() * 2 ^ 32 + s.tvb(from + 4, 4):uint()
  if value > 0 and value * 1000 <= 253402271999999 then return value, 0 end
  if value < 946656000000 or value > 253402271999999 then return nil end
  return math.floor(value / 1000), (value % 1000) * 1000000
end

-- Shows a text without its padding. Wireshark decodes it: a value of our own it would cut to the octets of the wire.
local function showText(s, node, path, tree, spec, from, n)
  local to = from + n
  local fixed = type(node.extent) == "number"
  local function at(i) return s.tvb(i, 1):uint() end
  while to > from and (at(to - 1) == 0 or (fixed and at(to - 1) == 32)) do to = to - 1 end
  local first = from
  while fixed and first < to and at(first) == 0 do first = first + 1 end
  local encoding = node.charset == "gbk" and (ENC_GB18030 or ENC_UTF_8) or ENC_ISO_8859_1
  local item = tree:add_packet_field(fieldOf(node, path, titled(spec), spec.en), s.tvb(first, to - first), encoding)
  if first == from then item:set_len(n) end
end

local function words(node, value)
  local names = {}
  for _, part in ipairs(node.bits) do
    local v = math.floor(value / 2 ^ part.bit) % 2 ^ part.width
    local name = part.names and part.names[v]
    if part.width == 1 and next(part.names or {}) == nil then
      if v == 1 then names[#names + 1] = part.name end
    elseif name then names[#names + 1] = name
    elseif v ~= 0 then names[#names + 1] = part.name .. " " .. string.format("%d", v) end
  end
  return table.concat(names, ", ")
end

local function show(s, node, path, tree, spec, from, value)
  if tree == nil then return nil end
  local n = s.pos - from
  local f = fieldOf(node, path, titled(spec), spec.en)
  local item
  if value == nil then item = tree:add(f, s.tvb(from, n)) else item = tree:add(f, s.tvb(from, n), value) end
  if spec.unit then item:append_text(" " .. spec.unit) end
  return item
end

local function leaf(s, node, name, path, tree, spec)
  local kind, from = node.kind, s.pos
  if kind == "text" or kind == "octets" then
    local length = lengthOf(s, node.extent, path, tree)
    from = take(s, length, path)
    if tree == nil then return end
    if kind == "text" then showText(s, node, path, tree, spec, from, length)
    elseif length == 0 then tree:add(fieldOf(node, path, titled(spec), spec.en), s.tvb(from, 0))
    else show(s, node, path, tree, spec, from) end
    return
  end
  take(s, node.size, path)
  if kind == "bcd" then
    show(s, node, path, tree, spec, from, hex(s, from, node.size))
  elseif kind == "time" then
    local seconds, nanos = timeOf(s, node, from)
    if seconds then show(s, node, path, tree, spec, from, NSTime.new(seconds, nanos))
    elseif tree then tree:add(s.tvb(from, node.size), titled(spec) .. ": " .. hex(s, from, node.size)):add_proto_expert_info(NO_TIME) end
  else
    local raw = s.tvb(from, node.size):uint()
    s.wire[name] = raw
    if kind == "coordinate" then
      local value = raw / node.divisor
      if raw >= 2 ^ 31 then value = (raw - 2 ^ 32) / node.divisor
      elseif bitOf(s.wire[node.flags] or 0, node.bit) then value = -value end
      show(s, node, path, tree, spec, from, value)
    elseif kind == "signed" then
      show(s, node, path, tree, spec, from, raw < 0x8000 and raw or raw < 0xc000 and 0x8000 - raw or raw - 0x10000)
    elseif kind == "uint" and node.divisor ~= 1 then
      show(s, node, path, tree, spec, from, raw / node.divisor)
    else
      local item = show(s, node, path, tree, spec, from)
      if item and node.bits then
        local text = words(node, raw)
        if text ~= "" then item:append_text(" " .. text) end
        for _, part in ipairs(node.bits) do item:add(bitField(node, part, path), s.tvb(from, node.size)) end
      end
    end
  end
end

local function struct(s, node, path, tree, last)
  local outer, outerFrom = s.wire, s.from
  s.wire = setmetatable({}, { __index = outer })
  s.from = s.pos
  for i, one in ipairs(node.fields) do
    local ahead = one.ahead
    if ahead and s.pos + ahead.offset + ahead.size <= s.stop then
      s.wire[ahead.name] = s.tvb(s.pos + ahead.offset, ahead.size):uint()
    end
    walk(s, one.node, one.name, path .. "." .. one.name, tree, one, last and i == #node.fields)
  end
  s.wire, s.from = outer, outerFrom
end

local function list(s, node, name, path, tree, spec, last)
  local known
  if type(node.count) == "number" then known = node.count
  elseif node.count == "rest" then known = math.huge
  elseif node.count.from then known = s.wire[node.count.from] or 0
  else known = prefix(s, node.count, path, tree) end
  local share = node.evenly and known > 0 and math.floor((s.stop - s.pos) / known)
  local i = 0
  while i < known do
    local stop = share and s.pos + share or s.stop
    if share then
      if not fits(s, node.of, path, stop) then fail(s, path, share + 1) end
    elseif node.count == "rest" or last then
      if s.stop - s.pos < math.max(node.count == "rest" and 1 or 0, node.fixed or node.least) then break end
      if node.fixed == nil then
        local trial = { tvb = s.tvb, pos = s.pos, stop = s.stop, wire = s.wire, from = s.from }
        if not pcall(walk, trial, node.of, "", path, nil, {}, false) then break end
      end
    end
    local from = s.pos
    local branch = tree and not LEAF[node.of.kind] and tree:add(s.tvb(from, 0), (spec.name or name) .. "[" .. i .. "]") or tree
    within(s, stop, node.of, path, branch, spec)
    if branch ~= tree then branch:set_len(s.pos - from) end
    i = i + 1
  end
end

-- One item: by the first of its layouts that fits.
local function item(s, node, path, tree, id, stop, seen)
  for _, one in ipairs(node.items) do
    if one.id == id and not seen[one.name] then
      local right = one.lengths == nil
      for _, length in ipairs(one.lengths or {}) do right = right or length == stop - s.pos end
      if right and fits(s, one.node, path .. "." .. one.name, stop) then seen[one.name] = true return one end
    end
  end
  for _, one in ipairs(node.ranges) do
    if id >= one.first and id <= one.last and one.lengths[1] == stop - s.pos then return one end
  end
  return nil
end

local function items(s, node, path, tree)
  local left = node.count and prefix(s, node.count, path, tree) or math.huge
  local head, seen = node.idSize + 1, {}
  while left > 0 and s.stop - s.pos >= head do
    local from = s.pos
    local id = s.tvb(from, node.idSize):uint()
    local stop = from + head + s.tvb(from + node.idSize, 1):uint()
    if stop > s.stop then break end
    s.pos = from + head
    local one = item(s, node, path, tree, id, stop, seen)
    local title = string.format(node.idSize == 1 and "0x%02X" or "0x%04X", id)
    if one then
      local branch = tree and tree:add(s.tvb(from, stop - from), title .. " " .. titled(one))
      within(s, stop, one.node, path .. "." .. one.name, branch, one)
    elseif tree then
      tree:add(field(path .. ".unknown", "bytes"), s.tvb(from, stop - from)):prepend_text(title .. " ")
    end
    s.pos = stop
    left = left - 1
  end
  if node.count == nil and s.pos < s.stop then
    if tree then tree:add(field(path .. ".trailing", "bytes"), s.tvb(s.pos, s.stop - s.pos)):add_proto_expert_info(TRAILING) end
    s.pos = s.stop
  end
end

walk = function(s, node, name, path, tree, spec, last)
  local kind = node.kind
  if LEAF[kind] then leaf(s, node, name, path, tree, spec)
  elseif kind == "struct" then
    local from = s.pos
    local branch = tree and spec.name and path ~= s.root and tree:add(s.tvb(from, 0), titled(spec)) or tree
    struct(s, node, path, branch, last)
    if branch ~= tree then branch:set_len(s.pos - from) end
  elseif kind == "list" then list(s, node, name, path, tree, spec, last)
  elseif kind == "items" then items(s, node, path, tree)
  elseif kind == "layouts" then
    for _, one in ipairs(node.of) do
      if fits(s, one, path, s.stop) then return walk(s, one, name, path, tree, spec, last) end
    end
    fail(s, path, s.stop - s.pos + 1)
  elseif kind == "sized" then
    local length = lengthOf(s, node.extent, path, tree)
    local stop = s.pos + length
    if stop > s.stop then fail(s, path, length) end
    if fits(s, node.of, path, stop) then within(s, stop, node.of, path, tree, spec)
    elseif tree then tree:add(field(path, "bytes"), s.tvb(s.pos, length)):add_proto_expert_info(MALFORMED) end
    s.pos = stop
  elseif kind == "when" then
    if holds(s, node.condition) then walk(s, node.of, name, path, tree, spec, last) end
  elseif kind == "optional" then
    local left, due = s.stop - s.pos, holds(s, node.due)
    if (left > 0 or due) and left >= node.least then walk(s, node.of, name, path, tree, spec, last) end
  end
end

local function state(tvb, from, stop, root)
  return { tvb = tvb, pos = from, stop = stop, wire = {}, from = from, root = root }
end

-- Octets [from, stop) as the body of a message; returns nothing.
local function dissectBody(message, revision, tvb, from, stop, tree)
  local root = "jt808." .. message.name
  local chosen = message.by[revision][1]
  local s = state(tvb, from, stop, root)
  for _, layout in ipairs(message.by[revision]) do
    if fits(s, layout, root, stop) then chosen = layout break end
  end
  local good, fault = pcall(struct, s, chosen, root, tree, true)
  if not good then
    if type(fault) ~= "table" then error(fault, 0) end
    tree:add_proto_expert_info(MALFORMED, string.format("%s: needs %d octets, %d left", fault.path, fault.need, fault.left))
  elseif s.pos < stop then
    tree:add(field(root .. ".trailing", "bytes"), tvb(s.pos, stop - s.pos)):add_proto_expert_info(TRAILING)
  end
end
`;
