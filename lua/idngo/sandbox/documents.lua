--- What the calls of lua/idngo/api/documents.lua do: pictures are kept, and served back.
local json = require("idngo.sandbox.json")

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
