-- Made up: the reference shows no reply.
return [[
{
"id": "63e096c51b6b4000000000f1",
"createdAt": "2022-11-21 08:25:32",
"externalUserId": "someClientUserId",
"info": {
"firstName": "John",
"lastName": "Snow",
"country": "GBR"
},
"review": {
"levelName": "basic-kyc-level",
"createDate": "2022-11-21 08:25:32+0000",
"reviewStatus": "completed",
"reviewResult": {
"reviewAnswer": "GREEN"
}
},
"type": "individual"
}
]]
