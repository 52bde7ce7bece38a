-- Portable code sees only what all Luas have; what runs on one Lua alone says so here.
std = "min"
max_line_length = 130
ignore = { "212/_.*" }
files["lua/idngo/transport/ngx*.lua"] = { std = "ngx_lua" }
files["lua/idngo/runtime/nginx.lua"] = { std = "ngx_lua" }
files["lua/idngo/webhook/receiver.lua"] = { std = "ngx_lua" }
files["lua/idngo/gateway"] = { std = "ngx_lua" }
files["examples/nginx"] = { std = "ngx_lua" }
files["lua/idngo/api/examples"] = { max_line_length = false } -- what the service answers
files["bench"] = { std = "lua54" }
files["generate"] = { std = "lua54" }
files["tools"] = { std = "lua54" }
files["spec"] = { std = "lua54+busted" }
local policy = {
  std = "lua54",
  read_globals = { "pass", "hold", "ask", "deactivate", "activate", "send_status_email", "update_info", "save_report",
    "save_liveness_video", "create_websdk_link", "add_tags", "add_note" },
}
files["examples/policies"], files["spec/fixtures/policies"] = policy, policy
exclude_files = { "spec/fixtures/attacks" } -- hostile on purpose, and no whole chunks
