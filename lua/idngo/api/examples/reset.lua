return [[
{
 "ok": 1
}
]]
