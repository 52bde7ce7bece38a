return [[
{
 "digest": "c4ed44b5bb1c92ddd6b09fde9b8a8b0a4a3c0b29f6e0fefb3b4e09b9e1a0c3f1",
 "digestAlg": "HMAC_SHA256_HEX"
}
]]
