return [[
{
"ok": 1
}
]]
