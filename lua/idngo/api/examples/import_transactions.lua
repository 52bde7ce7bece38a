return [[
{
 "createdCnt": 2
}
]]
