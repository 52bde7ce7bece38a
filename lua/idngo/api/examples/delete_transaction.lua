return [[
{
 "deleted": 1
}
]]
