return [[
{
 "IDENTITY": {
  "reviewResult": {
   "reviewAnswer": "GREEN"
  },
  "country": "KAZ",
  "idDocType": "ID_CARD",
  "imageIds": [
   900100100,
   900100101
  ],
  "imageReviewResults": {
   "900100100": {},
   "900100101": {}
  },
  "forbidden": false,
  "doubleSided": true
 },
 "SELFIE": null
}
]]
