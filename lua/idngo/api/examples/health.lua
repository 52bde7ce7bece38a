return [[
{}
]]
