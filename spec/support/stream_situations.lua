-- What streams meet, one function each: they run in a worker of nginx, in tasks and outside of them, on every Lua, and give a
-- text that says what came of it. stream_situation.lua runs them.

local compat = require("idngo.compat")
local core = require("idngo.core")
local json = require("idngo.json")
local runtime = require("idngo.runtime")

local ngx = compat.global("ngx")
local connect, now = runtime.connect, runtime.now
local BIG = 10 * 1024 * 1024

local world ---@type table ports by name, folder
local addresses = {}

--- The address of a peer, the same table each time; `more` makes another.
local function address(name, more)
  local key = name .. (more and json.encode(more, "address") or "")
  local found = addresses[key]
  if found then return found end
  local tls = name:find("^tls_") ~= nil or name == "wrong_host" or name == "unknown_ca" or name == "client_cert"
  found = { host = tls and "localhost" or "127.0.0.1", port = world[name], tls = tls or nil }
  if tls and not ngx then found.ca_file = world.folder .. "/ca.pem" end
  for field, value in pairs(more or {}) do found[field] = value end
  addresses[key] = found
  return found
end

local function soon() return now() + 60 end

--- Connects, or throws.
local function open(name, more)
  local stream, failure = connect(address(name, more), soon())
  if not stream then error(("%s: %s: %s"):format(name, failure.kind, failure.message), 2) end
  return stream
end

--- Receives until there are so many bytes, or it fails.
local function receive(stream, size)
  local pieces, got = {}, 0
  while got < size do
    local bytes, failure = stream:receive(soon())
    if not bytes then return table.concat(pieces), failure end
    pieces[#pieces + 1], got = bytes, got + #bytes
  end
  return table.concat(pieces)
end

local function send(stream, bytes)
  local ok, failure = stream:send(bytes, soon())
  if not ok then error(failure.kind .. ": " .. failure.message, 2) end
end

--- What a peer has seen.
local function seen(name)
  local stream = open("control")
  send(stream, name .. "\n")
  local line = ""
  repeat line = line .. assert(stream:receive(soon())) until line:find("\n")
  stream:close()
  return json.decode(line)
end

--- How the connections of a peer ended since there were `before`, when `count` more have.
local function ends(name, before, count)
  while true do
    local found = seen(name).ends
    if #found >= before + count then
      local list = {}
      for i = before + 1, #found do list[#list + 1] = found[i] end
      return table.concat(list, " ")
    end
    runtime.sleep(0.01)
  end
end

local function told(failure)
  if not failure then return "nothing" end
  local words = { failure.kind }
  if failure.permanent then words[#words + 1] = "for good" end
  if failure.sent ~= nil then words[#words + 1] = failure.sent and "sent" or "not sent" end
  return table.concat(words, " ")
end

local PATTERN = {}
for i = 0, 250 do PATTERN[i + 1] = string.char(i) end
PATTERN = table.concat(PATTERN)
--- What the source sends.
local function big() return PATTERN:rep(math.ceil(BIG / 251)):sub(1, BIG) end

local M = {}

--- Makes addresses anew, and with them what is kept.
function M.forget() addresses = {} end

local function echo(name)
  local stream = open(name)
  local text = PATTERN:rep(40)
  local at, sizes, i = 1, { 1, 7, 4096, 13, 1, 2000 }, 0
  while at <= #text do
    i = i + 1
    local size = sizes[i % #sizes + 1]
    send(stream, text:sub(at, at + size - 1))
    at = at + size
  end
  local back = receive(stream, #text)
  stream:close()
  return back == text and "the same" or #back .. " bytes"
end

function M.echo() return echo("echo") end

function M.echo_over_tls() return echo("tls_echo") end

function M.echo_over_a_path()
  local stream = assert(connect({ path = world.unix }, soon()))
  send(stream, "hello")
  local back = receive(stream, 5)
  stream:close()
  return back
end

local function ten_megabytes_out(name)
  local stream = open(name)
  local text = big()
  send(stream, ("%08d"):format(#text) .. text)
  local digest = receive(stream, 64)
  stream:close()
  return digest == core.sha256(text) and "right" or digest
end

function M.ten_megabytes_out() return ten_megabytes_out("sink") end

function M.ten_megabytes_out_over_tls() return ten_megabytes_out("tls_sink") end

local function ten_megabytes_in(name)
  local stream = open(name)
  send(stream, "x")
  local text, failure = receive(stream, BIG)
  stream:close()
  return failure and told(failure) or text == big() and "right" or "wrong"
end

function M.ten_megabytes_in() return ten_megabytes_in("source") end

function M.ten_megabytes_in_over_tls() return ten_megabytes_in("tls_source") end

--- Needs tasks: one sends while the other receives.
local function ten_megabytes_both_ways(name)
  local stream = open(name)
  local text = big()
  local sender = runtime.spawn(function()
    send(stream, text)
    return "sent"
  end)
  local back = receive(stream, #text)
  local sent = sender:wait()
  stream:close()
  return sent .. " " .. (back == text and "right" or "wrong")
end

M.tasks = {}

function M.tasks.ten_megabytes_both_ways() return ten_megabytes_both_ways("echo") end

function M.tasks.ten_megabytes_both_ways_over_tls() return ten_megabytes_both_ways("tls_echo") end

local function closes(name)
  local stream = open(name)
  local text, failure = receive(stream, 4)
  local _, again = stream:receive(soon())
  return text .. " " .. told(failure) .. " " .. told(again)
end

function M.a_peer_that_closes() return closes("bye") end

function M.a_peer_that_closes_over_tls() return closes("tls_bye") end

function M.a_peer_that_cuts_tls() return closes("tls_cut") end

function M.a_peer_that_resets()
  local stream = open("resets")
  send(stream, "x")
  local _, failure = stream:receive(soon())
  return told(failure)
end

--- A peer that says nothing for now: the stream is as good as before.
local function stalls(name)
  local stream = open(name)
  local began = now()
  local bytes, failure = stream:receive(began + 0.05)
  local waited = now() - began
  send(stream, "late")
  local back = receive(stream, 4)
  stream:close()
  return ("%s %s %s %s"):format(tostring(bytes), told(failure), waited >= 0.05 and "in time" or "early", back)
end

function M.a_peer_that_stalls() return stalls("echo") end

function M.a_peer_that_stalls_over_tls() return stalls("tls_echo") end

local function reads_nothing(name)
  local before, stream, text = #seen(name).ends, open(name), big()
  local ok, failure = stream:send(text, now() + 0.3)
  if not failure.sent then -- a busy machine may let the time pass before anything left
    stream:close()
    ends(name, before, 1)
    return reads_nothing(name)
  end
  local _, after = stream:receive(soon())
  return ("%s %s, then %s; %s"):format(tostring(ok), told(failure), told(after), ends(name, before, 1))
end

function M.a_peer_that_reads_nothing() return reads_nothing("silent") end

function M.a_time_that_has_passed()
  local stream = open("echo")
  local before = seen("echo").bytes
  local ok, failure = stream:send("late", now() - 1)
  local unsent = seen("echo").bytes == before
  send(stream, "good")
  local back = receive(stream, 4)
  local none, unconnected = connect(address("echo"), now() - 1)
  stream:close()
  return ("%s %s %s %s; %s %s"):format(tostring(ok), told(failure), tostring(unsent), back, tostring(none), told(unconnected))
end

local function refused(name, more)
  local stream, failure = connect(address(name, more), soon())
  if stream then
    stream:close()
    return "stands"
  end
  return told(failure)
end

function M.a_port_where_nobody_listens() return refused("refused") end

function M.a_path_where_nobody_listens()
  local _, failure = connect({ path = world.folder .. "/nobody.sock" }, soon())
  return told(failure)
end

function M.a_certificate_of_another_host() return refused("wrong_host") end

function M.a_certificate_of_an_unknown_authority() return refused("unknown_ca") end

function M.tls_with_a_plain_peer() return refused("echo", { host = "localhost", tls = true }):gsub(" for good", "") .. "" end

function M.a_name_of_its_own_in_the_certificate()
  return refused("tls_echo", { host = "127.0.0.1", server_name = "localhost" }) .. ", "
    .. refused("tls_echo", { host = "127.0.0.1", server_name = "other.test" })
end

function M.a_client_certificate()
  local pair = { cert_file = world.folder .. "/client.pem", key_file = world.folder .. "/client.key" }
  local stream = open("client_cert", pair)
  send(stream, "me")
  local back = receive(stream, 2)
  stream:close()
  return back .. ", without " .. refused("client_cert"):match("^%a+")
end

function M.a_client_certificate_that_is_none()
  return refused("client_cert", { cert_file = world.folder .. "/ca.cnf", key_file = world.folder .. "/client.key" })
end

function M.reset()
  local before = #seen("silent").ends
  local stream = open("silent")
  send(stream, "x")
  stream:reset()
  stream:reset()
  stream:close()
  local _, failure = stream:send("y", soon())
  return ends("silent", before, 1) .. " " .. told(failure)
end

function M.close()
  local before = seen("sink")
  local stream = open("sink")
  send(stream, "00000099" .. ("x"):rep(50))
  stream:close()
  local how = ends("sink", #before.ends, 1)
  return how .. " " .. seen("sink").bytes - before.bytes
end

--- Asks a peer that echoes, and keeps the stream.
local function ask(name)
  local stream = open(name)
  send(stream, "abc")
  local back = receive(stream, 3)
  local reused = stream.reused
  stream:keep()
  local _, failure = stream:send("x", soon())
  assert(failure.kind == "io", "given up")
  return (reused and "reused " or "new ") .. back:sub(1, 3)
end

function M.keep()
  M.forget()
  local first, second = ask("echo"), ask("echo")
  M.forget() -- another table is another identity
  return first .. ", " .. second .. ", " .. ask("echo")
end

function M.keep_over_tls()
  M.forget()
  return ask("tls_echo") .. ", " .. ask("tls_echo")
end

function M.keep_what_is_closed_meanwhile()
  M.forget()
  local before = #seen("once").ends
  local first = ask("once")
  ends("once", before, 1)
  return first .. ", " .. ask("once")
end

function M.keep_what_speaks_meanwhile()
  M.forget()
  local before = seen("surplus").surplus
  local first = ask("surplus")
  seen("go")
  while seen("surplus").surplus == before do runtime.sleep(0.01) end
  return first .. ", " .. ask("surplus")
end

local function silence(name)
  local stream = open(name)
  local words = { tostring(stream:is_silent()) }
  send(stream, "abc")
  while stream:is_silent() do runtime.sleep(0.001) end
  words[#words + 1] = tostring(stream:is_silent())
  local back = receive(stream, 3)
  words[#words + 1] = back
  words[#words + 1] = tostring(stream:is_silent())
  stream:close()
  words[#words + 1] = tostring(stream:is_silent())
  return table.concat(words, " ")
end

function M.silence() return silence("echo") end

function M.silence_over_tls()
  local text = silence("tls_echo")
  return ngx and text:gsub("^false", "true") .. "" or text -- there tickets look like an answer
end

function M.no_time_limit()
  local stream = assert(connect(address("echo"), math.huge))
  local ok = stream:send("abc", math.huge)
  local back = stream:receive(math.huge)
  stream:close()
  return ("%s %s"):format(tostring(ok), tostring(back and #back > 0))
end

function M.collected_without_a_close()
  local before = #seen("echo").ends
  for _ = 1, 20 do open("echo") end
  for _ = 1, 10 do
    collectgarbage()
    runtime.sleep(0.001)
  end
  local count = select(2, ends("echo", before, 20):gsub("%a+", ""))
  return count >= 20 and "all ended" or count .. " ended"
end

function M.wrong_addresses()
  local words = {}
  for _, wrong in ipairs { {}, { host = "h" }, { host = "h", port = 0 }, { host = "h/x", port = 1 }, { host = "h\n", port = 1 },
    { host = "h", port = 1, path = "/x" }, { path = "/x", tls = true }, { host = "h", port = 1, cert_file = "c" },
    { hosts = "h", port = 1 }, { host = 5, port = 1 } } do
    local ok, why = pcall(connect, wrong, soon())
    words[#words + 1] = ok and "connected" or why:match("connect: (.*)$") or why
  end
  return table.concat(words, "; ")
end

function M.tasks.two_hundred_at_once()
  local tasks, before = {}, seen("echo").connections
  local open_now, most = 0, 0
  for i = 1, 200 do
    tasks[i] = runtime.spawn(function()
      local stream = open("echo")
      open_now = open_now + 1
      most = math.max(most, open_now)
      while open_now < 200 and most < 200 do runtime.sleep(0.005) end -- until all stand
      local text = ("%d "):format(i):rep(50)
      send(stream, text)
      local back = receive(stream, #text)
      open_now = open_now - 1
      stream:close()
      return back == text and 1 or 0
    end)
  end
  local right = 0
  for i = 1, 200 do right = right + (tasks[i]:wait() or 0) end
  return right .. " right, " .. seen("echo").connections - before .. " connections"
end

function M.tasks.two_that_receive()
  local stream = open("echo")
  local first = runtime.spawn(function() return stream:receive(soon()) end)
  runtime.sleep(0.02)
  local ok, why = pcall(stream.receive, stream, soon())
  send(stream, "x")
  local back = first:wait()
  stream:close()
  return ("%s %s %s"):format(tostring(ok), tostring(why):match("another task.*"), back)
end

local function closed_meanwhile(how)
  local stream = open("echo")
  local waits = runtime.spawn(function()
    local bytes, failure = stream:receive(soon())
    return tostring(bytes) .. " " .. told(failure)
  end)
  runtime.sleep(0.02)
  stream[how](stream)
  return waits:wait()
end

function M.tasks.closed_while_another_waits() return closed_meanwhile("close") end

function M.tasks.reset_while_another_waits() return closed_meanwhile("reset") end

function M.tasks.others_have_their_turn()
  local stream, turns, done = open("source"), 0, false
  runtime.spawn(function()
    while not done do
      turns = turns + 1
      runtime.sleep(0)
    end
  end)
  send(stream, "x")
  receive(stream, BIG)
  done = true
  stream:close()
  return turns >= 5 and "they had" or turns .. " turns"
end

--- Runs a situation.
---@param name string
---@param where table
---@return string
function M.run(name, where)
  world = where
  local ok, text = compat.pcall(M[name] or M.tasks[name])
  return ok and text or "threw " .. tostring(text)
end

return M
