--- What the calls of lua/idngo/api/documents.lua do: pictures are kept, and served back.
local json = require("idngo.sandbox.json")

local UNDER_REVIEW = { pending = true, queued = true, prechecked = true }

local MOST = 64 * 1024 * 1024

-- What files begin with.
local BEGINNINGS = { { "^\255\216\255", "image/jpeg" }, { "^\137PNG\r\n\26\n", "image/png" }, { "^%%PDF%-", "application/pdf" },
  { "^....ftyp", "video/mp4" }, { "^\26\69\223\163", "video/webm" } }

local function media_of(bytes)
  for _, each in ipairs(BEGINNINGS) do
    if bytes:find(each[1]) then return each[2] end
  end
end

return function(behaviour)
  local problem = behaviour.problem

  behaviour.about("images", function(world, person)
    local items = json.array({})
    for i, image in ipairs(world.store:images_for(person)) do
      items[i] = {
        id = image.id, previewId = image.id, addedDate = image.added, idDocDef = image.doc, source = "fileupload",
        fileMetadata = { fileName = image.name, fileType = image.media:match("/(.*)$"), fileSize = ("%d"):format(#image.bytes) },
        deactivated = image.deactivated,
      }
    end
    return { items = items, totalItems = #items }
  end)

  --- Merges what is said of a document into what was said before.
  local function merge(world, person, doc)
    local info = world.store:info(person)
    info.idDocs = info.idDocs or json.array({})
    local found
    for _, each in ipairs(info.idDocs) do
      if each.idDocType == doc.idDocType and each.country == doc.country then found = each end
    end
    if not found then
      found = {}
      table.insert(info.idDocs, found)
    end
    for name, value in pairs(doc) do
      if name ~= "idDocSubType" and value ~= json.null then found[name] = value end
    end
    return world.store:set_info(person, json.encode(info))
  end

  function behaviour.add_document(world, call)
    local person, metadata, content = call.person, call.body.metadata, call.body.content
    if not metadata then return problem(400, "The part metadata is missing") end
    local doc, why = json.decode(metadata.bytes)
    if not json.is_object(doc) then return problem(400, "metadata is not a JSON object: " .. tostring(why)) end
    for _, name in ipairs { "idDocType", "country" } do
      if type(doc[name]) ~= "string" or doc[name] == "" then return problem(400, ("metadata.%s is required"):format(name)) end
    end
    if UNDER_REVIEW[person.reviewStatus] then
      return problem(409, "The applicant is under review", 1006, "applicant-is-under-review")
    end
    local headers
    if content then
      local media = media_of(content.bytes)
      if content.bytes == "" then return problem(400, "The file is empty", 1003, "empty-file") end
      if #content.bytes > MOST then return problem(400, "The file is too big", 1002, "file-too-big") end
      if not media then return problem(400, "The format is not supported", 1005, "unsupported-file-format") end
      for _, image in ipairs(world.store:images_for(person)) do
        if image.bytes == content.bytes and not image.deactivated then
          return problem(409, "This file was uploaded already", 1000, "duplicate-document")
        end
      end
      local image = world.store:add_image(person, { idDocType = doc.idDocType, country = doc.country,
        idDocSubType = doc.idDocSubType }, content.bytes, content.name or "file", media)
      if not image then return problem(507, "The sandbox is full") end
      headers = { ["X-Image-Id"] = image.id }
    end
    if not merge(world, person, doc) then return problem(507, "The sandbox is full") end
    return { json = doc, headers = headers, applied = true }
  end

  --- A picture of a person.
  local function serve(world, person, id)
    if person then world.store:images_for(person) end -- which makes those that follow from the seed
    local image = person and world.store.images[id]
    if not image or image.applicant.id ~= person.id then return problem(404, "Resource not found") end
    return { body = image.bytes, contentType = image.media, applicantId = person.id }
  end

  function behaviour.document_image(world, call)
    return serve(world, world.people:of_inspection(call.args.inspectionId), call.args.imageId)
  end

  function behaviour.applicant_image(world, call) return serve(world, call.person, call.args.imageId) end
end
