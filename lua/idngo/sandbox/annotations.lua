--- What the calls of lua/idngo/api/tags.lua and notes.lua do: tags stand in the applicant, notes are listed.
local core = require("idngo.core")
local endpoints = require("idngo.endpoints")
local json = require("idngo.sandbox.json")

local MOST_TAGS = 30
local MOST_BYTES = 10 * 1024 * 1024

--- What may hang on a note.
local ENDINGS = {}
for ending in ("jpg jpeg png pdf doc docx xls xlsx odt ods csv txt"):gmatch("%l+") do ENDINGS[ending] = true end

local function now() return os.date("!%Y-%m-%d %H:%M:%S") end

return function(behaviour)
  local refuse = behaviour.refuse

  -- Tags.

  --- The tags in a body, or a refusal.
  local function tags_in(body)
    if not json.is_array(body) then return nil, refuse(400, "The body is not a JSON array of strings") end
    for _, tag in ipairs(body) do
      if type(tag) ~= "string" or tag == "" then return nil, refuse(400, "The body is not a JSON array of strings") end
    end
    return body
  end

  --- Gives a person the tags that stand in `old` and are not in `without`, and those in `more`, each once; a refusal where
  --- there are too many.
  function behaviour.retag(world, person, old, more, without)
    local tags, seen = json.array({}), {}
    for _, tag in ipairs(without or {}) do seen[tag] = true end
    for _, list in ipairs { old or {}, more } do
      for _, tag in ipairs(list) do
        if not seen[tag] then tags[#tags + 1], seen[tag] = tag, true end
      end
    end
    if #tags > MOST_TAGS then return refuse(400, "More than 30 tags") end
    local full = behaviour.keep(world, person, #json.encode(tags))
    if full then return full end
    person.told.tags = tags[1] and tags or nil
  end

  local function tagging(name, change)
    behaviour[name] = function(world, call)
      local tags, refused = tags_in(call.body)
      return refused or change(world, call.person, (call.person.told or {}).tags, tags) or { json = { ok = 1 }, applied = true }
    end
  end

  tagging("add_tags", function(world, person, old, tags) return behaviour.retag(world, person, old, tags) end)
  tagging("set_tags", function(world, person, _, tags) return behaviour.retag(world, person, nil, tags) end)
  tagging("remove_tags", function(world, person, old, tags) return behaviour.retag(world, person, old, {}, tags) end)

  -- Notes.

  local function notes_of(world, person)
    local list = world.store.notes[person.id]
    if not list then
      list = json.array({})
      if person.id == endpoints.description("notes").try[1] then
        list[1] = json.decode(endpoints.example("notes")).list.items[1]
      end
      world.store.notes[person.id] = list
    end
    return list
  end

  --- Writes a note on a person; a refusal where there is no room.
  function behaviour.note_on(world, person, text, tags)
    local notes = notes_of(world, person)
    if not world.store:reserve(#text + 512) then return nil, refuse(507, "The sandbox is full") end
    local note = { id = core.sha256(("note:%s:%d"):format(person.id, world.store:next_number())):sub(1, 24),
      applicantId = person.id, note = text, tags = json.is_array(tags) and tags or nil, attachments = json.array({}),
      createdAt = now(), createdBy = "service" }
    notes[#notes + 1] = note
    return note
  end

  function behaviour.notes(world, call)
    local notes = notes_of(world, call.person)
    if call.person.is_sample and not notes.changed then return { body = endpoints.example("notes") } end
    return { json = { list = { items = notes, totalItems = #notes } } }
  end

  --- The person a body is about, or a refusal.
  local function person_in(world, body)
    if not json.is_object(body) then return nil, refuse(400, "The body is not a JSON object") end
    local person = type(body.applicantId) == "string" and world.people:get(body.applicantId)
    if not person then return nil, refuse(404, "Applicant not found") end
    return person
  end

  --- The note a body names, its place and the list that it is in; or nil and a refusal.
  local function note_in(world, body)
    local person, refused = person_in(world, body)
    if not person then return nil, refused end
    local notes = notes_of(world, person)
    for i, note in ipairs(notes) do
      if note.id == body.id then return note, nil, i, notes end
    end
    return nil, refuse(404, "Note not found")
  end

  local function is_text(value) return type(value) == "string" and value ~= "" end

  function behaviour.add_note(world, call)
    local person, refused = person_in(world, call.body)
    if not person then return refused end
    if not is_text(call.body.note) then return refuse(400, "note is required") end
    local note
    note, refused = behaviour.note_on(world, person, call.body.note, call.body.tags)
    if not note then return refused end
    notes_of(world, person).changed = true
    return { json = note, applied = true, applicantId = person.id }
  end

  function behaviour.edit_note(world, call)
    local note, refused, _, notes = note_in(world, call.body)
    if not note then return refused end
    if not is_text(call.body.note) then return refuse(400, "note is required") end
    if not world.store:reserve(#call.body.note) then return refuse(507, "The sandbox is full") end
    note.note, note.updatedAt, note.updatedBy, notes.changed = call.body.note, now(), "service", true
    if json.is_array(call.body.tags) then note.tags = call.body.tags end
    return { json = note, applied = true, applicantId = note.applicantId }
  end

  function behaviour.remove_note(world, call)
    local note, refused, i, notes = note_in(world, call.body)
    if not note then return refused end
    table.remove(notes, i)
    notes.changed = true
    return { json = { ok = 1 }, applied = true, applicantId = note.applicantId }
  end

  function behaviour.attach_to_note(world, call)
    local parts, metadata = call.body, {}
    for name, part in pairs(parts) do metadata[name:match("^metadata%[(.*)%]$") or ""] = part.bytes end
    local note, refused, _, notes = note_in(world, metadata)
    if not note then return refused end
    local content = parts.content
    if not content then return refuse(400, "The part content is missing") end
    if #content.bytes > MOST_BYTES then return refuse(400, "The file is too big") end
    local ending = (content.name or ""):match("%.(%w+)$")
    if not ENDINGS[(ending or ""):lower()] then return refuse(400, "The format is not supported") end
    if not world.store:reserve(#content.bytes) then return refuse(507, "The sandbox is full") end
    note.attachments = note.attachments or json.array({})
    table.insert(note.attachments, { id = core.sha256(content.bytes):sub(1, 24), fileName = content.name,
      fileSize = #content.bytes })
    notes.changed = true
    return { json = note, applied = true, applicantId = note.applicantId }
  end
end
