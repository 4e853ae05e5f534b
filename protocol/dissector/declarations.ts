/** The Lua that makes a field of Wireshark's for everything the tables hold, so that it can be shown and filtered by. */
export const DECLARATIONS = String.raw`
-- ------------------------------------------------------------------ fields

local MALFORMED = ProtoExpert.new("jt808.malformed.expert", "The octets are not what the message has", expert.group.MALFORMED, expert.severity.ERROR)
local CHECKSUM = ProtoExpert.new("jt808.check.bad", "The check code is wrong", expert.group.CHECKSUM, expert.severity.ERROR)
local TRAILING = ProtoExpert.new("jt808.trailing.expert", "Octets behind the last field", expert.group.PROTOCOL, expert.severity.WARN)
local NO_TIME = ProtoExpert.new("jt808.time.expert", "Names no moment", expert.group.PROTOCOL, expert.severity.NOTE)

local UINT = { [1] = ProtoField.uint8, [2] = ProtoField.uint16, [4] = ProtoField.uint32 }
-- By abbreviation and type: a path may hold another type in another revision.
local F, abbreviations, registered = {}, {}, {}

local function field(path, type, make)
  local key = path .. "|" .. type
  if F[key] == nil then
    local abbreviation = path
    while abbreviations[abbreviation] do abbreviation = abbreviation .. "_" end
    abbreviations[abbreviation] = true
    F[key] = make(abbreviation)
    registered[#registered + 1] = F[key]
  end
  return F[key]
end

local function titled(spec)
  return spec.zh and (spec.name .. " (" .. spec.zh .. ")") or spec.name
end

local function mask(bit, width)
  return (2 ^ width - 1) * 2 ^ bit
end

-- The field of a node that is shown as one, by its path.
local function fieldOf(node, path, title, blurb)
  local kind = node.kind
  if (kind == "uint" and node.divisor ~= 1) or kind == "coordinate" then
    return field(path, "double", function(a) return ProtoField.double(a, title, blurb) end)
  elseif kind == "signed" then
    return field(path, "int16", function(a) return ProtoField.int16(a, title, base.DEC, nil, nil, blurb) end)
  elseif kind == "enumeration" then
    return field(path, "enumeration" .. node.size, function(a) return UINT[node.size](a, title, base.DEC, node.names, nil, blurb) end)
  elseif kind == "flags" or kind == "packed" then
    return field(path, "word" .. node.size, function(a) return UINT[node.size](a, title, base.HEX, nil, nil, blurb) end)
  elseif kind == "bcd" or kind == "text" then
    return field(path, "string", function(a) return ProtoField.string(a, title, base.UNICODE, blurb) end)
  elseif kind == "time" then
    return field(path, "time", function(a) return ProtoField.absolute_time(a, title, base.UTC, blurb) end)
  elseif kind == "octets" then
    return field(path, "bytes", function(a) return ProtoField.bytes(a, title, base.NONE, blurb) end)
  end
  return field(path, "uint" .. node.size, function(a) return UINT[node.size](a, title, base.DEC, nil, nil, blurb) end)
end

local function bitField(node, part, path)
  local word = part.width == 1 and next(part.names or {}) == nil
  local m = mask(part.bit, part.width)
  return field(path .. "." .. part.name, "bits" .. node.size .. "." .. part.bit, function(a)
    if word then return ProtoField.bool(a, part.name, 8 * node.size, nil, m) end
    return UINT[node.size](a, part.name, base.DEC, next(part.names or {}) and part.names or nil, m)
  end)
end

local LEAF = { uint = 1, coordinate = 1, signed = 1, enumeration = 1, flags = 1, packed = 1, bcd = 1, text = 1, time = 1,
  octets = 1, count = 1, length = 1, check = 1 }

local function prefixField(path, size)
  return field(path, "uint" .. size, function(a) return UINT[size](a, path:match("[^.]+$"), base.DEC) end)
end

local function sibling(path, name)
  return path:match("^(.*)%.") .. "." .. name
end

-- Makes the fields of everything below a node, so that they can be asked for by name.
local function declare(node, spec, path)
  local kind = node.kind
  local at = node.extent or node.count
  if type(at) == "table" and at.size then prefixField(sibling(path, at.name), at.size) end
  if LEAF[kind] then
    fieldOf(node, path, titled(spec), spec.en)
    for _, part in ipairs(node.bits or {}) do bitField(node, part, path) end
  elseif kind == "struct" then
    for _, one in ipairs(node.fields) do declare(one.node, one, path .. "." .. one.name) end
  elseif kind == "items" then
    for _, one in ipairs(node.items) do declare(one.node, one, path .. "." .. one.name) end
    for _, one in ipairs(node.ranges) do declare(one.node, one, path .. "." .. one.name) end
    field(path .. ".unknown", "bytes", function(a) return ProtoField.bytes(a, "unknown item") end)
    field(path .. ".trailing", "bytes", function(a) return ProtoField.bytes(a, "cut-off item") end)
  elseif kind == "layouts" then
    for _, one in ipairs(node.of) do declare(one, spec, path) end
  else
    declare(node.of, spec, path)
    if kind == "sized" then field(path, "bytes", function(a) return ProtoField.bytes(a, titled(spec)) end) end
  end
end

for id, message in pairs(M) do
  local root = "jt808." .. message.name
  for _, revision in ipairs({ 2011, 2013, 2019 }) do
    for _, layout in ipairs(message.by[revision]) do declare(layout, { name = message.name }, root) end
  end
  field(root .. ".trailing", "bytes", function(a) return ProtoField.bytes(a, "octets behind the last field") end)
end
`;
