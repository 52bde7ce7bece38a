return [[
{
 "token": "_act-sbx-jwt-madeUpForTheExample",
 "userId": "user-4711"
}
]]
