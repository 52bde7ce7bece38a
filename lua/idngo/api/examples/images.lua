return [[
{
 "items": [
  {
   "id": "900100100",
   "previewId": "900100100",
   "addedDate": "2026-11-01 09:01:00",
   "fileMetadata": {
    "fileName": "front.png",
    "fileType": "png",
    "fileSize": "67",
    "resolution": {
     "width": "1",
     "height": "1"
    }
   },
   "idDocDef": {
    "idDocType": "ID_CARD",
    "country": "KAZ",
    "idDocSubType": "FRONT_SIDE"
   },
   "reviewResult": {
    "reviewAnswer": "GREEN"
   },
   "attemptId": "At001",
   "source": "fileupload"
  },
  {
   "id": "900100101",
   "previewId": "900100101",
   "addedDate": "2026-11-01 09:01:01",
   "fileMetadata": {
    "fileName": "back.png",
    "fileType": "png",
    "fileSize": "67",
    "resolution": {
     "width": "1",
     "height": "1"
    }
   },
   "idDocDef": {
    "idDocType": "ID_CARD",
    "country": "KAZ",
    "idDocSubType": "BACK_SIDE"
   },
   "reviewResult": {
    "reviewAnswer": "GREEN"
   },
   "attemptId": "At001",
   "source": "fileupload"
  }
 ],
 "totalItems": 2
}
]]
