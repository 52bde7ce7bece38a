return [[
{
 "id": "6572000000000000000000d1",
 "addedDate": "2026-11-02 09:00:30",
 "imageHash": "5d41402abc4b2a76b9719d911017c592",
 "imageFileName": "card.png",
 "resizedImageId": "900100301",
 "mimeType": "image/png",
 "sigHash": "0000",
 "imageId": "900100300",
 "actualResolution": {
  "width": 1,
  "height": 1
 },
 "answer": "GREEN",
 "idDocDef": {
  "idDocType": "BANK_CARD",
  "country": "KAZ"
 }
}
]]
