return [[
{
 "firstName": "Asel",
 "lastName": "Testova",
 "dob": "1992-03-04",
 "country": "KAZ"
}
]]
