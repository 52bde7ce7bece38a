-- What several resources share: limits of the account as a whole, and replies.

return {
  limits = {
    read = { 300, 5 }, -- GET; the vendor's general documentation, as the next
    write = { 50, 5 }, -- everything else
  },

  classes = {
    Ok = { -- A plain yes.
      ok = "yes, required", -- always 1: anything else is an error
    },
    File = { -- A file. Without `to` its bytes are in `body`; with a path as `to` it is saved there, whole or not at all,
    -- and path, size and sha256 say what was saved; with a function as `to` the function has had the bytes.
      contentType = "string", -- its media type, as the server names it
      body = "string", -- its bytes
      path = "string", -- where it was saved
      size = "integer", -- bytes saved
      sha256 = "string", -- of the bytes saved, 64 hex digits
    },
  },
}
