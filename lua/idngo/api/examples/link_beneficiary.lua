return [[
{
 "id": "ben-1",
 "applicantId": "60f6f9ab7bbfc20001eca91d",
 "types": [
  "shareholder"
 ],
 "shareSize": 42.5,
 "beneficiaryInfo": {
  "firstName": "Dana",
  "lastName": "Testova",
  "dob": "1980-01-02"
 }
}
]]
