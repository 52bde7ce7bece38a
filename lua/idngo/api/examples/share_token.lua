return [[
{
 "token": "_sh-made-up-for-the-example",
 "forClientId": "partner"
}
]]
