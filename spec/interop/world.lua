-- What every interop spec stands on: a sandbox in a process of its own, its ledger, and certificates, right and wrong ones.

local files = require("files")
local http = require("socket.http")
local json = require("idngo.json")
local sandbox = require("idngo.sandbox")
local shell = require("shell")

local World = {}
World.__index = World

local M = {}

-- A certificate and its key in one file, as some servers want it.
local BUNDLES = { "good", "expired", "not_yet", "wrong_host", "self_signed", "unknown_ca" }

--- The names of the certificates that nobody should trust.
M.wrong_certificates = { "expired", "not_yet", "wrong_host", "self_signed", "unknown_ca" }

function M.start()
  local self = setmetatable({ folder = files.folder() }, World)
  self.certs = self.folder .. "/certs"
  shell("mkdir %s && sh spec/support/certs.sh %s", self.certs, self.certs)
  for _, name in ipairs(BUNDLES) do
    local certificate = files.read(("%s/%s.pem"):format(self.certs, name))
    files.write(("%s/%s.both"):format(self.certs, name), certificate .. files.read(self.certs .. "/leaf.key"))
  end
  files.write(self.certs .. "/good_chain.pem", files.read(self.certs .. "/good.pem") .. files.read(self.certs .. "/ca.pem"))
  shell("chmod 711 %s && chmod 755 %s && chmod 644 %s/*", self.folder, self.certs, self.certs) -- servers run as nobody
  self.ca_file = self.certs .. "/ca.pem"
  self.sandbox = assert(sandbox.background { limits = false, report_seconds = 0, applicants = 400 })
  self.url = self.sandbox.url
  self.port = tonumber(self.url:match("%d+$"))
  --- What servers' configurations name.
  self.values = { sandbox = self.port, certs = self.certs }
  self.pages = 0
  return self
end

local function get(url)
  local body, status = http.request(url)
  assert(status == 200, url .. ": " .. tostring(status))
  return body
end

--- Applicants in a situation, as the sandbox describes them.
---@param query string such as "email=yes"
function World:people(query)
  local rows = {}
  for line in get(self.url .. "/-/applicants?" .. query):gmatch("[^\n]+") do rows[#rows + 1] = assert(json.decode(line)) end
  return rows
end

--- Everything the sandbox was asked since `seq`: the entries, and the newest one's number.
function World:ledger(seq)
  local told = assert(json.decode(get(("%s/-/ledger?after=%d"):format(self.url, seq or 0))))
  return told.entries, told.last
end

--- The settings of a client, changed by `more`.
function World:options(base_url, more)
  local options = { base_url = base_url, app_token = "sbx:demo", secret_key = "demo-secret", limits = false, timeout = 60,
    connect_timeout = 60, ca_file = base_url:find("^https") and self.ca_file or nil, proxy = "" }
  for name, value in pairs(more or {}) do options[name] = value end
  return options
end

function World:stop()
  self.sandbox:close()
  os.execute("rm -rf " .. self.folder)
end

return M
