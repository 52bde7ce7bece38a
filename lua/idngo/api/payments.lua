-- Payment methods of applicants.

return {
  words = {
    PaymentMethodType = { "bankCard", "bankAccount", "eWallet", "cryptoWallet", "other" },
  },

  classes = {
    NewPaymentMethod = { -- A payment method of somebody.
      externalId = "text, required", -- your own id of it
      data = "PaymentData, required", -- what it is
    },
    PaymentData = { -- What a payment method is.
      type = "PaymentMethodType, required", -- its kind
      accountIdentifier = "text, required", -- the number of the card or account, or the wallet's address
      fullName = "string", -- whose it is
      validUntil = "day", -- `YYYY-MM-DD`
      subType = "string", -- more about its kind
      currencyCode = "string", -- ISO 4217, or that of a cryptocurrency
      cryptoChain = "string", -- of a wallet
      memo = "string", -- of a wallet
    },
    PaymentMethod = { -- A payment method that the service knows.
      id = "text, required", -- the service's id of it
      externalId = "string, checked", -- your own
      createdAt = "moment", -- when it was added
      review = "table", -- how far its check is
      data = "table", -- what it is
      institutionInfo = "table", -- the bank or the wallet's service
    },
  },

  endpoints = {
    --[==[
    Adds a payment method to an applicant.

    ```lua
    local method = assert(client:add_payment_method("60b8ce73460647000145384e", { externalId = "card-1",
      data = { type = "bankCard", accountIdentifier = "4000********0002", fullName = "Asel Testova" } }))
    print(method.id, method.externalId)
    ```
    ```sh
    echo '{ "externalId": "card-2", "data": { "type": "bankCard", "accountIdentifier": "4000********0003" } }' >method.json
    idngo call add_payment_method 60b8ce73460647000145384e method.json
    ```

    | no externalId, or data without type and accountIdentifier | 400 | nothing was added |
    | no such applicant | 404 | ids are those of one environment |

    - No source says what a second one with the same `externalId` comes to, and no call lists them: it is never sent again on a
      guess.
    ]==]
    {
      name = "add_payment_method",
      title = "Add payment method",
      request = "POST /resources/applicants/{applicantId}/payments",
      arguments = { { "applicantId", "whose it is" } },
      body = { "json", "method", "what it is", class = "NewPaymentMethod",
        example = '{ externalId = "card-1", data = { type = "bankCard", accountIdentifier = "4000********0002" } }' },
      reply = "payment method", returns = "PaymentMethod",
      echoes = { externalId = "externalId" },
      retry = "once", -- nobody knows what a second one comes to
      source = { "Sumsub", "payment-method-object" },
    },
  },
}
