-- The service itself.

return {
  classes = {
    Nothing = { -- Nothing: what the service says is not read.
    },
  },

  endpoints = {
    --[==[
    Is the service up?

    ```lua
    local up, err = client:health()
    print(up and "up" or err)
    ```
    ```sh
    idngo call health
    ```

    - Any 2xx says yes, whatever is in it: no source says what that would be.
    ]==]
    {
      name = "health",
      title = "Review API health",
      request = "GET /resources/status/api",
      reply = "nothing", returns = "Nothing", takes = "anything",
      retry = "safe",
      try = {},
      source = { "Sumsub", "review-api-health" },
    },
  },
}
