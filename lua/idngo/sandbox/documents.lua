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
  local refuse = behaviour.refuse

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
    local listed
    for _, each in ipairs(info.idDocs) do
      if each.idDocType == doc.idDocType and each.country == doc.country then listed = each end
    end
    if not listed then
      listed = {}
      table.insert(info.idDocs, listed)
    end
    for name, value in pairs(doc) do
      if name ~= "idDocSubType" and value ~= json.null then listed[name] = value end
    end
    return world.store:set_info(person, json.encode(info))
  end

  --- What a body says that its file is of; nil and a refusal.
  local function doc_in(parts)
    if not parts.metadata then return nil, refuse(400, "The part metadata is missing") end
    local doc, message = json.decode(parts.metadata.bytes)
    if not json.is_object(doc) then return nil, refuse(400, "metadata is not a JSON object: " .. tostring(message)) end
    for _, name in ipairs { "idDocType", "country" } do
      local value = doc[name]
      if type(value) ~= "string" or value == "" then return nil, refuse(400, ("metadata.%s is required"):format(name)) end
    end
    return doc
  end

  --- The media type of a file; nil and a refusal where it cannot be taken.
  local function media_in(content)
    if content.bytes == "" then return nil, refuse(400, "The file is empty", 1003, "empty-file") end
    if #content.bytes > MOST then return nil, refuse(400, "The file is too big", 1002, "file-too-big") end
    local media = media_of(content.bytes)
    if not media then return nil, refuse(400, "The format is not supported", 1005, "unsupported-file-format") end
    return media
  end

  --- The file of a body that must have one, and what it is of; nil and a refusal.
  ---@return {bytes: string, name: string, media: string, doc: table}?
  function behaviour.picture_in(parts)
    local doc, refused = doc_in(parts)
    if not doc then return nil, refused end
    if not parts.content then return nil, refuse(400, "The part content is missing") end
    local media
    media, refused = media_in(parts.content)
    if not media then return nil, refused end
    return { bytes = parts.content.bytes, name = parts.content.name or "file", media = media, doc = doc }
  end

  function behaviour.add_document(world, call)
    local person, content = call.person, call.body.content
    local doc, refused = doc_in(call.body)
    if not doc then return refused end
    if UNDER_REVIEW[person.reviewStatus] then
      return refuse(409, "The applicant is under review", 1006, "applicant-is-under-review")
    end
    local headers
    if content then
      local media
      media, refused = media_in(content)
      if not media then return refused end
      for _, image in ipairs(world.store:images_for(person)) do
        if image.bytes == content.bytes and not image.deactivated then
          return refuse(409, "This file was uploaded already", 1000, "duplicate-document")
        end
      end
      local image = world.store:add_image(person, { idDocType = doc.idDocType, country = doc.country,
        idDocSubType = doc.idDocSubType }, content.bytes, content.name or "file", media)
      if not image then return refuse(507, "The sandbox is full") end
      headers = { ["X-Image-Id"] = image.id }
    end
    if not merge(world, person, doc) then return refuse(507, "The sandbox is full") end
    return { json = doc, headers = headers, applied = true }
  end

  --- A picture of a person, or nil and a refusal.
  local function find(world, person, id)
    if person then world.store:images_for(person) end -- which makes those that follow from the seed
    local image = person and world.store.images[id]
    if not image or image.applicant.id ~= person.id then return nil, refuse(404, "Resource not found") end
    return image
  end

  --- Makes a picture inactive, or active again. While the applicant is under review the service says 304, without a word.
  local function deactivate(world, person, id, revert)
    local image, refused = find(world, person, id)
    if not image then return refused end
    if UNDER_REVIEW[person.reviewStatus] then return { status = 304, body = "", applicantId = person.id } end
    local full = behaviour.keep(world, person)
    if full then return full end
    local before = image.deactivated
    image.deactivated = not revert or nil
    return { json = { ok = 1 }, applied = before ~= image.deactivated, applicantId = person.id }
  end

  function behaviour.deactivate_image(world, call)
    local person = world.people:of_inspection(call.args.inspectionId)
    return deactivate(world, person, call.args.imageId, call.args.revert == "true")
  end

  function behaviour.deactivate_applicant_image(world, call) return deactivate(world, call.person, call.args.imageId) end

  local function serve(world, person, id)
    local image, refused = find(world, person, id)
    return refused or { body = image.bytes, contentType = image.media, applicantId = person.id }
  end

  function behaviour.document_image(world, call)
    return serve(world, world.people:of_inspection(call.args.inspectionId), call.args.imageId)
  end

  function behaviour.applicant_image(world, call) return serve(world, call.person, call.args.imageId) end
end
