return [[
{
 "id": "6571000000000000000000c1",
 "externalId": "card-1",
 "createdAt": "2026-11-02 09:00:00",
 "review": {
  "reviewStatus": "init"
 },
 "data": {
  "type": "bankCard",
  "accountIdentifier": "4000********0002",
  "fullName": "Asel Testova"
 },
 "institutionInfo": {
  "name": "Example Bank"
 }
}
]]
