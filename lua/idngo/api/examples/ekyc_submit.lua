return [[
{
 "id": "6573000000000000000000e1",
 "status": "pending",
 "createdAt": "2026-11-02 09:00:00"
}
]]
