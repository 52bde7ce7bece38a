return [[
[
 { "currencyCode": "EUR" },
 { "currencyCode": "KZT" },
 { "currencyCode": "USD" }
]
]]
