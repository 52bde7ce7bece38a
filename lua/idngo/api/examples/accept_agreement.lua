return [[
{
 "createdAt": "2026-11-02 09:00:00",
 "acceptedAt": "2026-11-01 09:00:00",
 "source": "API",
 "records": [
  {
   "content": "https://example.org/privacy"
  }
 ]
}
]]
