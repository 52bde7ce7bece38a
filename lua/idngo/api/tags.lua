-- Tags of applicants. The tags of one are in the field `tags` of the applicant.

return {
  endpoints = {
    --[==[
    Adds tags to an applicant; what it has stays.

    ```lua
    assert(client:add_tags("60b8ce73460647000145384e", { "retail", "callback" }))
    print(table.concat(client:applicant("60b8ce73460647000145384e").tags, " "))
    ```
    ```sh
    echo '["retail"]' >tags.json
    idngo call add_tags 60b8ce73460647000145384e tags.json
    ```

    | more than 30 tags in all | 400 | none was added |
    | no such applicant | 404 | ids are those of one environment |

    - Names are case-sensitive; one that the account does not know is created.
    ]==]
    {
      name = "add_tags",
      title = "Add tags to an applicant",
      request = "POST /resources/applicants/{applicantId}/tags/add",
      arguments = { { "applicantId", "the applicant" } },
      body = { "json", "tags", "names of tags", list = "string", example = '{ "retail", "callback" }' },
      reply = "ok", returns = "Ok", takes = "empty",
      example = "request_check",
      retry = "idempotent", -- a tag is there once, however often it is added
      source = { "Sumsub", "the vendor's skill manage-applicant-tags" },
      actions = { add_tags = { needs = "applicant", opposite = "remove_tags" } },
    },
    --[==[
    Gives an applicant these tags, and no others.

    ```lua
    assert(client:set_tags("60b8ce73460647000145384e", { "retail" }))
    assert(client:set_tags("60b8ce73460647000145384e", {}))
    print(client:applicant("60b8ce73460647000145384e").tags)
    ```
    ```sh
    echo '[]' >tags.json
    idngo call set_tags 60b8ce73460647000145384e tags.json
    ```

    | more than 30 tags | 400 | nothing was changed |
    | no such applicant | 404 | ids are those of one environment |

    - An empty list takes all away; the applicant has no field `tags` then.
    - The vendor's page says that the tags must exist; those who tried it say that they are created.
    ]==]
    {
      name = "set_tags",
      title = "Overwrite the tags of an applicant",
      request = "POST /resources/applicants/{applicantId}/tags",
      arguments = { { "applicantId", "the applicant" } },
      body = { "json", "tags", "names of tags", list = "string", example = '{ "retail" }' },
      reply = "ok", returns = "Ok", takes = "empty",
      example = "request_check",
      retry = "idempotent", -- the tags are those that were sent, however often
      source = { "Sumsub", "the vendor's skill manage-applicant-tags" },
    },
    --[==[
    Takes tags from an applicant.

    ```lua
    assert(client:add_tags("60b8ce73460647000145384e", { "retail", "callback" }))
    assert(client:remove_tags("60b8ce73460647000145384e", { "callback" }))
    print(table.concat(client:applicant("60b8ce73460647000145384e").tags, " "))
    ```
    ```sh
    echo '["callback"]' >tags.json
    idngo call remove_tags 60b8ce73460647000145384e tags.json
    ```

    | no such applicant | 404 | ids are those of one environment |

    - The names stand in a body, which this DELETE has.
    - A tag that the applicant does not have is no error.
    ]==]
    {
      name = "remove_tags",
      title = "Remove tags from an applicant",
      request = "DELETE /resources/applicants/{applicantId}/tags",
      arguments = { { "applicantId", "the applicant" } },
      body = { "json", "tags", "names of tags", list = "string", example = '{ "callback" }' },
      reply = "ok", returns = "Ok", takes = "empty",
      example = "request_check",
      retry = "idempotent", -- a tag that is gone stays so
      source = { "Sumsub", "the vendor's skill manage-applicant-tags" },
      actions = { remove_tags = { needs = "applicant", opposite = "add_tags" } },
    },
  },
}
