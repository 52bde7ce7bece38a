return [[
{
 "idDocType": "ID_CARD",
 "country": "KAZ",
 "idDocSubType": "FRONT_SIDE",
 "warnings": [
  "dataReadability"
 ]
}
]]
