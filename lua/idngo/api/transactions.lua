-- Transactions, for transaction monitoring (KYT).

return {
  classes = {
    NewTransaction = { -- A transaction as you know it. Which parts it needs depends on its type.
      txnId = "text, required", -- your own id of it, used once
      type = "string", -- `finance` unless given; `kyc`, `travelRule`, `userPlatformEvent`, …
      txnDate = "zoned", -- `YYYY-MM-DD hh:mm:ss+0000`
      zoneId = "string", -- the user's time zone
      sourceKey = "string", -- which of your branches or partners it is from
      orderId = "string", -- your own id of an order
      props = "table", -- texts of yours, by their names
      info = "table", -- direction (`in` or `out`), amount, currencyCode, …
      applicant = "table", -- your user: externalUserId, fullName, paymentMethod, device, …
      counterparty = "table", -- who is on the other side, in the same form
      userPlatformEventInfo = "table", -- of that type
    },
    Transaction = { -- A transaction and what came of it.
      id = "text, required", -- the service's id of it
      applicantId = "string, checked", -- whose it is
      externalUserId = "string", -- your own id of the user
      clientId = "string", -- your account
      data = "TransactionData, checked", -- the transaction as it was sent
      score = "number", -- how risky it is
      scoringResult = "table", -- how that came about
      review = "Review, checked", -- how far it is
      riskLabels = "table", -- risks that were seen
      createdAt = "moment", -- when it was sent
      createdBy = "string", -- by whom
      type = "string", -- its type
    },
    SubmittedTransaction = { -- A transaction that was sent, or that was found where its answer was lost or it was known before.
      "Transaction",
      created = "boolean", -- by the client: absent in an answer, and where the answer was lost and this was found; false where
      -- the service said that it was there before
      differs = "string[]", -- by the client, of what was found: fields that are not as they were sent, or not shown
    },
    TransactionData = { -- A transaction as it was sent.
      "NewTransaction",
      txnId = "string, checked", -- your own id of it
    },
    Transactions = { -- Transactions that were looked for.
      list = "TransactionList, or items", -- the transactions
      items = "Transaction[], checked", -- the transactions, when there is no `list`
      totalItems = "integer", -- how many there are, when there is no `list`
    },
    TransactionList = { -- A list of transactions.
      items = "Transaction[], required", -- one for each
      totalItems = "integer", -- how many there are
    },
    Currencies = { -- Currencies that a transaction may be in.
      "Currency[]",
    },
    Currency = { -- A currency that a transaction may be in. Of fiat money its code alone is told.
      currencyCode = "text, required", -- its code, such as `EUR`
      cryptoChain = "string", -- the chain that it lives on
      name = "string", -- what it is called
      assetType = "string", -- which sort of token it is
      chainId = "integer", -- the chain's number
      coinmarketcapId = "integer", -- its number at CoinMarketCap
      coingeckoId = "string", -- its name at CoinGecko
      chainalysisAsset = "string", -- its name at Chainalysis
      chainalysisNetwork = "string", -- its chain there
      chainalysisAssetId = "string", -- its id there
      ellipticAsset = "string", -- its name at Elliptic
      ellipticBlockchain = "string", -- its chain there
      merkleBlockchainId = "integer", -- its chain's number at Merkle Science
      crystalTokenId = "integer", -- its number at Crystal
      crystalCurrency = "string", -- its name there
      gtrTicker = "string", -- its name in GTR, of the travel rule
      gtrNetwork = "string", -- its chain there
      trmLabsAsset = "string", -- its name at TRM Labs
      trmLabsChain = "string", -- its chain there
    },
    TransactionReview = { -- What a transaction comes to.
      reviewAnswer = "ReviewAnswer, required", -- the result
      rejectLabels = "string[]", -- why
      clientComment = "string", -- why, in words
    },
    Deleted = { -- A yes to the removal of something.
      deleted = "yes, required", -- always 1: anything else is an error
    },
    BulkTransaction = { -- A transaction of many that are sent at once, of an applicant, or of somebody new on a level.
      data = "NewTransaction, required", -- the transaction
      applicantId = "string, or levelName", -- whose it is
      levelName = "string", -- the level of somebody who is not known yet
    },
    Created = { -- How many were created.
      createdCnt = "integer, required", -- so many; those that were there before are not among them
    },
  },

  endpoints = {
    --[==[
    Tells the service of a transaction of an applicant, to be scored.

    ```lua
    local txn = assert(client:submit_transaction("6543210fedcba9876543210f", {
      txnId = "pay-2026-0001", txnDate = "2026-11-20 10:15:00+0000",
      info = { direction = "out", amount = 125.5, currencyCode = "EUR" },
      applicant = { externalUserId = "reference-6", fullName = "Asel Testova",
        paymentMethod = { type = "bankCard", accountId = "4000********0002", ["3dsUsed"] = true } },
    }))
    print(txn.id, txn.review.reviewStatus)
    ```
    ```sh
    cat >transaction.json <<'JSON'
    { "txnId": "pay-2026-0002", "info": { "direction": "in", "amount": 10, "currencyCode": "KZT" },
      "applicant": { "externalUserId": "reference-6" } }
    JSON
    idngo call submit_transaction 6543210fedcba9876543210f transaction.json
    ```

    | a transaction with this txnId exists | 409 | the client reads it: the result has `created = false` |
    | no txnId, or no applicant.externalUserId | 400 | nothing was stored |

    - `3dsUsed` and `2faUsed` begin with a digit: in Lua they are written in brackets.
    ]==]
    {
      name = "submit_transaction",
      title = "Submit transaction for existing applicant",
      request = "POST /resources/applicants/{applicantId}/kyt/txns/-/data",
      arguments = { { "applicantId", "whose it is" } },
      body = { "json", "transaction", "what was done", class = "NewTransaction",
        example = '{ txnId = "pay-2026-0001", info = { direction = "out", amount = 125.5, currencyCode = "EUR" } }' },
      reply = "transaction", returns = "SubmittedTransaction",
      echoes = { ["data.txnId"] = "txnId" },
      retry = "keyed", -- the service knows transactions by txnId
      settle = { by = "transaction_by_txn_id", with = "txnId", as = "transaction", done = 409 },
      source = { "Sumsub", "submit-transaction-for-existing-applicant" },
    },
    --[==[
    Tells the service of a transaction of somebody it does not know yet: the applicant is created with it.

    ```lua
    local txn = assert(client:submit_transaction_for_new("basic-kyc-level", {
      txnId = "pay-2026-0003", info = { direction = "out", amount = 7, currencyCode = "EUR" },
      applicant = { externalUserId = "user-6001", fullName = "Dana Testova" },
    }))
    print(txn.applicantId, txn.externalUserId)
    ```
    ```sh
    cat >new.json <<'JSON'
    { "txnId": "pay-2026-0004", "info": { "direction": "in", "amount": 10, "currencyCode": "KZT" },
      "applicant": { "externalUserId": "user-6002" } }
    JSON
    idngo call submit_transaction_for_new basic-kyc-level new.json
    ```

    | a transaction with this txnId exists | 409 | the client reads it: the result has `created = false` |
    | no such level | 400 | `levels` lists the names |
    ]==]
    {
      name = "submit_transaction_for_new",
      title = "Submit transaction for non-existing applicant",
      request = "POST /resources/applicants/-/kyt/txns/-/data",
      arguments = { { "levelName", "the verification level of the applicant, as named in the dashboard" } },
      body = { "json", "transaction", "what was done", class = "NewTransaction",
        example = '{ txnId = "pay-2026-0003", applicant = { externalUserId = "user-6001" } }' },
      reply = "transaction", returns = "SubmittedTransaction", example = "submit_transaction",
      echoes = { ["data.txnId"] = "txnId" },
      retry = "keyed", -- the service knows transactions by txnId
      settle = { by = "transaction_by_txn_id", with = "txnId", as = "transaction", done = 409 },
      source = { "Sumsub", "submit-transaction-for-non-existing-applicant" },
    },
    --[==[
    Reads a transaction, by the service's id of it.

    | no such transaction | 404 | `transaction_by_txn_id` takes your own id |
    ]==]
    {
      name = "transaction",
      title = "Get transaction",
      request = "GET /resources/kyt/txns/{transactionId}/one",
      arguments = { { "transactionId", "the service's id of it" } },
      reply = "transaction", returns = "Transaction", example = "submit_transaction",
      echoes = { id = "transactionId" },
      retry = "safe",
      try = { "6560a1b2c3d4e5f60718293a" },
      source = { "Sumsub", "the npm client's getTransaction" },
    },
    --[==[
    Reads a transaction, by your own id of it.

    | no such transaction | 404 | it was not sent, or in another environment |
    ]==]
    {
      name = "transaction_by_txn_id",
      title = "Get transaction by txnId",
      request = "GET /resources/kyt/txns/-;data.txnId={txnId}/one",
      arguments = { { "txnId", "your own id of it" } },
      reply = "transaction", returns = "Transaction", example = "submit_transaction",
      echoes = { ["data.txnId"] = "txnId" },
      retry = "safe",
      try = { "pay-2026-0100" },
      source = { "Sumsub", "the npm client's getTransactionByTxnId" },
    },
    --[==[
    Which transactions are there, of all applicants?

    ```lua
    local found = assert(client:find_transactions { ["data.info.direction"] = "out", limit = 10 })
    for _, txn in ipairs(found.list.items) do print(txn.id, txn.data.txnId) end
    ```
    ```sh
    idngo call find_transactions --data.type finance --limit 10
    ```

    - What is looked for stands in the path, behind its last segment. Other fields than these are looked for by
      `client:call`: their names are what leads to them, with points between.
    - The npm client shows an `order` of `createdAt:desc`. The sandbox takes that, which it does without one, and `createdAt:asc`.
    ]==]
    {
      name = "find_transactions",
      title = "Find transactions",
      request = "GET /resources/kyt/txns/query/-",
      filters = {
        { "data.type", "of this type" },
        { "data.info.direction", "with money that comes or goes", values = { "in", "out" } },
        { "data.applicant.paymentMethod.accountId", "by this account, or card, of the applicant" },
        { "data.info.paymentTxnId", "with this id of the payment" },
      },
      options = {
        { "limit", "at most so many", type = "integer" },
        { "order", "how they are sorted, such as `createdAt:desc`" },
      },
      reply = "transactions", returns = "Transactions",
      retry = "safe",
      try = { { ["data.applicant.paymentMethod.accountId"] = "4000********0002", ["data.type"] = "finance" } },
      source = { "Sumsub", "the npm client's findTransactions" },
    },
    --[==[
    Which currencies may a transaction be in?

    ```lua
    for _, currency in ipairs(assert(client:currencies { type = "fiat" })) do print(currency.currencyCode) end
    ```
    ```sh
    idngo call currencies --type crypto
    ```

    - The reply is a list, with nothing around it.
    ]==]
    {
      name = "currencies",
      title = "Get available currencies",
      request = "GET /resources/kyt/currency",
      options = { { "type", "which of them", values = { "crypto", "fiat" } } },
      reply = "currencies", returns = "Currencies",
      retry = "safe",
      try = { { type = "fiat" } },
      source = { "Sumsub", "the npm client's getAvailableCurrencies" },
    },
    --[==[
    Approves or rejects a transaction.

    ```lua
    local txn = assert(client:submit_transaction("60f6f9ab7bbfc20001eca91d", { txnId = "pay-2026-0201",
      info = { direction = "out", amount = 5, currencyCode = "EUR" }, applicant = { externalUserId = "reference-3" } }))
    txn = assert(client:review_transaction(txn.id, { reviewAnswer = "RED", rejectLabels = { "FRAUD" } }))
    print(txn.review.reviewResult.reviewAnswer)
    ```
    ```sh
    echo '{ "txnId": "pay-2026-0202", "applicant": { "externalUserId": "reference-3" } }' >transaction.json
    id=$(idngo call submit_transaction 60f6f9ab7bbfc20001eca91d transaction.json --json | sed 's/.*,"id":"\([^"]*\)".*/\1/')
    echo '{ "reviewAnswer": "GREEN" }' >answer.json
    idngo call review_transaction $id answer.json
    ```

    | no such transaction | 404 | `transaction_by_txn_id` takes your own id |
    | an answer that is none | 400 | `GREEN` or `RED` |

    - The vendor's newest page takes `reviewAnswer` alone.
    ]==]
    {
      name = "review_transaction",
      title = "Approve and reject transaction",
      request = "POST /resources/kyt/txns/{transactionId}/review/status/completed",
      arguments = { { "transactionId", "the service's id of it" } },
      body = { "json", "review", "what it comes to", class = "TransactionReview", empty = "[]",
        example = '{ reviewAnswer = "GREEN" }' },
      reply = "transaction", returns = "Transaction", example = "submit_transaction",
      echoes = { id = "transactionId" },
      retry = "idempotent", -- it comes to the same, however often
      source = { "Sumsub", "approve-and-reject-transaction" },
    },
    --[==[
    Removes a transaction.

    ```lua
    local txn = assert(client:submit_transaction("60f6f9ab7bbfc20001eca91d", { txnId = "pay-2026-0203",
      applicant = { externalUserId = "reference-3" } }))
    print(assert(client:delete_transaction(txn.id)).deleted)
    ```
    ```sh
    echo '{ "txnId": "pay-2026-0204", "applicant": { "externalUserId": "reference-3" } }' >transaction.json
    id=$(idngo call submit_transaction 60f6f9ab7bbfc20001eca91d transaction.json --json | sed 's/.*,"id":"\([^"]*\)".*/\1/')
    idngo call delete_transaction $id
    ```

    | no such transaction | 404 | it may be gone already |

    - It is answered with `deleted = 1`, where other calls say `ok`.
    ]==]
    {
      name = "delete_transaction",
      title = "Delete transaction",
      request = "DELETE /resources/kyt/txns/{transactionId}",
      arguments = { { "transactionId", "the service's id of it" } },
      reply = "deleted", returns = "Deleted",
      retry = "idempotent", -- what is gone stays so
      source = { "Sumsub", "delete-transaction" },
    },
    --[==[
    Tells the service of many transactions at once, at most 1000, to be scored.

    ```lua
    print(assert(client:import_transactions {
      { applicantId = "60f6f9ab7bbfc20001eca91d", data = { txnId = "bulk-1", applicant = { externalUserId = "reference-3" } } },
      { levelName = "basic-kyc-level", data = { txnId = "bulk-2", applicant = { externalUserId = "user-6101" } } },
    }).createdCnt)
    ```
    ```sh
    cat >transactions.json <<'JSON'
    [ { "applicantId": "60f6f9ab7bbfc20001eca91d",
        "data": { "txnId": "bulk-3", "applicant": { "externalUserId": "reference-3" } } } ]
    JSON
    idngo call import_transactions transactions.json
    ```

    | more than 1000 | 400 | nothing was stored |
    | one that is wrong | 400 | nothing was stored; with `ignoreErrors` the others are |

    - What is sent is a line of JSON for each.
    - Those whose `txnId` is known are left out without a word, so it may be sent again.
    ]==]
    {
      name = "import_transactions",
      title = "Submit transactions in bulk",
      request = "POST /resources/kyt/misc/txns/import",
      body = { "ndjson", "transactions", "transactions, and whose they are", class = "BulkTransaction", empty = "[]",
        example = '{ { applicantId = "60f6f9ab7bbfc20001eca91d", data = { txnId = "bulk-1" } } }' },
      options = {
        { "ignoreErrors", "whether those that are wrong are left out", values = { "true", "false" } },
        { "scoreSavedTxns", "whether they are scored; `true` unless given", values = { "true", "false" } },
      },
      reply = "count", returns = "Created",
      retry = "idempotent", -- the service leaves out those that it knows
      source = { "Sumsub", "submit-transactions-in-bulk" },
    },
    --[==[
    Tells the service of many transactions of the past, which are not scored as new ones are.

    ```lua
    print(assert(client:import_transaction_history {
      { applicantId = "60f6f9ab7bbfc20001eca91d", data = { txnId = "old-1", applicant = { externalUserId = "reference-3" } } },
    }).createdCnt)
    ```
    ```sh
    cat >transactions.json <<'JSON'
    [ { "applicantId": "60f6f9ab7bbfc20001eca91d",
        "data": { "txnId": "old-2", "applicant": { "externalUserId": "reference-3" } } } ]
    JSON
    idngo call import_transaction_history transactions.json
    ```

    | more than 1000 | 400 | nothing was stored |

    - The vendor has to allow it to the account first.
    - Those whose `txnId` is known are left out without a word, so it may be sent again.
    ]==]
    {
      name = "import_transaction_history",
      title = "Import transaction history",
      request = "POST /resources/kyt/misc/txns/importHistory",
      body = { "ndjson", "transactions", "transactions, and whose they are", class = "BulkTransaction", empty = "[]",
        example = '{ { applicantId = "60f6f9ab7bbfc20001eca91d", data = { txnId = "old-1" } } }' },
      reply = "count", returns = "Created", example = "import_transactions",
      retry = "idempotent", -- the service leaves out those that it knows
      source = { "Sumsub", "import-transaction-history" },
    },
  },
}
