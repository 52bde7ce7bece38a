-- Dictionaries of words in cells: countries, sexes, kinds of documents and their sides, in English, Russian and Kazakh; names
-- taken apart; letters that look alike. A word is known or it is not: never the nearest, never a beginning.

local letters = require("idngo.table.letters")

local M = {}

local function each_word(text, take)
  for word in (text .. ";"):gmatch(" *(.-);") do take(letters.word(word)) end
end

local countries -- by word, alpha-2 and number; and what is refused, with what to do

local function load_countries()
  if countries then return countries end
  local data = require("idngo.table.countries")
  countries = { names = {}, two = {}, numbers = {}, refused = {} }
  for two, three, number, names in data.countries:gmatch("(%u%u) (%u%u%u) ([%d-]+) ([^\n]+)") do
    countries.two[two], countries.numbers[number] = three, three
    countries.names[three:lower()] = three
    each_word(names, function(word) countries.names[word] = three end)
  end
  for advice, names in data.refused:gmatch("([^|\n]+) | ([^\n]+)") do
    each_word(names, function(word) countries.refused[word] = advice end)
  end
  return countries
end

local function refused(word)
  local advice = load_countries().refused[word]
  if not advice then
    return nil, "is not a country that is known by this name", "write its name, or list it under [values …: country]"
  end
  local what, remedy = advice:match("^(.-): (.*)$")
  return nil, "is " .. (what or advice), remedy or "write the country"
end

--- A country by its name or alpha-3. Two letters are no name: РК of Kazakhstan looks like PK of Pakistan.
local function country(cell)
  local word = letters.word(cell)
  local known = load_countries().names[word]
  if known and #cell > 2 and not countries.refused[word] then return known end
  if #word == 2 and word:find("^[a-z][a-z]$") then
    return nil, "is two letters, which country does not take", "write {column|country-2} if the column has codes of two letters"
  end
  if known then return known end
  return refused(word)
end

local function country_2(cell)
  local two = cell:match("^[A-Za-z][A-Za-z]$")
  local known = two and load_countries().two[two:upper()]
  if known then return known end
  return nil, "is not a country's code of two Latin letters", "write it, or use {column|country} for names"
end

--- Zeros in front that a spreadsheet took away are put back: the numbers are unique.
local function country_numeric(cell)
  local number = cell:match("^%d%d?%d?$")
  local known = number and load_countries().numbers[("0"):rep(3 - #number) .. number]
  if known then return known end
  return nil, "is not a country's number of three digits", "correct the cell"
end

local function dictionary(text)
  local words = {}
  for value, list in text:gmatch("([%u_]+) ([^\n]+)") do
    each_word(list, function(word) words[word] = value end)
  end
  return words
end

local sexes = dictionary [[
M m; male; man; mr; м; муж; мужской; мужчина; мужск; ер; ер адам; еркек; ер кісі; эркек; мр
F f; female; woman; mrs; ms; miss; ж; жен; женский; женщина; женск; әйел; әйел адам; әйел кісі; қыз
]]

--- `е` and `ә` alone are sexes only in a column that has neither м nor ж: ж is a woman in Russian, and begins a young man in
--- Kazakh.
local function sex_reader()
  local has_russian = false
  return {
    survey = function(cell)
      local word = letters.word(cell)
      has_russian = has_russian or word == "м" or word == "ж"
    end,
    read = function(cell)
      local word = letters.word(cell)
      if (word == "е" or word == "ә") and not has_russian then return word == "е" and "M" or "F" end
      if sexes[word] then return sexes[word] end
      if word:find("^[012]$") then
        return nil, "is a number, and which is which differs from table to table", "say it in [values …: sex]"
      end
      return nil, "is not a sex that is known by this word", "list it under [values …: sex]"
    end,
  }
end

-- luacheck: push no max line length
local documents = dictionary [[
PASSPORT passport; international passport; foreign passport; travel passport; p; паспорт; загранпаспорт; заграничный паспорт; паспорт гражданина; паспорт рк
PASSPORT паспорт гражданина рк; паспорт гражданина республики казахстан; паспорт рф; паспорт гражданина рф; паспорт иностранного гражданина; төлқұжат
PASSPORT паспорт қр; шетелдік паспорт
ID_CARD id card; identity card; id; national id; national identity card; identification card; удостоверение личности; удостоверение; уд личности; удл
ID_CARD уд-ние личности; удостоверение личности рк; удостоверение личности гражданина рк; айди; ид-карта; id-карта; жеке куәлік; куәлік
ID_CARD жеке басын куәландыратын құжат; жк
RESIDENCE_PERMIT residence permit; permanent residence permit; residency; внж; вид на жительство; вид на жительство иностранца; внж рк
RESIDENCE_PERMIT вид на жительство иностранца в рк; разрешение на временное проживание; рвп; тұруға ықтиярхат; ықтиярхат; шетелдіктің тұруға ықтиярхаты
DRIVERS driver's license; driver's licence; drivers license; driving licence; driving license; driver license; водительское удостоверение
DRIVERS водительские права; права; ву; вод. удостоверение; жүргізуші куәлігі
SELFIE selfie; photo; portrait; селфи; фото; фотография; селфи с документом; фото лица; сурет; селфи суреті
VIDEO_SELFIE video selfie; liveness; video; видео; видеоселфи; видео селфи; бейне; бейнеселфи
UTILITY_BILL utility bill; proof of address; poa; квитанция; коммунальный счет; счет за коммунальные услуги; подтверждение адреса
UTILITY_BILL справка с места жительства; адресная справка; мекенжай анықтамасы; коммуналдық түбіртек
BANK_STATEMENT bank statement; выписка; банковская выписка; выписка по счету; справка из банка; банк көшірмесі; шот көшірмесі
BANK_CARD bank card; credit card; debit card; card; банковская карта; карта; платежная карта; банк картасы; төлем картасы
VISA visa; виза; визасы
MIGRATION_CARD migration card; миграционная карта; көші-қон картасы; миграциялық карта
WORK_PATENT work patent; patent; патент; патент на работу
VEHICLE_REGISTRATION_CERTIFICATE vehicle registration certificate; vrc; стс; птс; техпаспорт; свидетельство о регистрации тс
VEHICLE_REGISTRATION_CERTIFICATE свидетельство о регистрации транспортного средства; көлікті тіркеу куәлігі
CONTRACT contract; договор; контракт; шарт; келісімшарт
AGREEMENT agreement; соглашение; согласие; келісім
PROFILE_IMAGE profile image; avatar; аватар; профиль суреті
INCOME_SOURCE source of income; income statement; источник дохода; справка о доходах; табыс көзі; табыс туралы анықтама
PAYMENT_METHOD payment method; способ оплаты; төлем тәсілі
INVESTOR_DOC investor document; документ инвестора
]]

local sides = dictionary [[
FRONT_SIDE front; front side; obverse; face; recto; лицевая; лицевая сторона; перед; передняя; аверс; 1 сторона; стр 1; алды; алдыңғы жағы; бет жағы
BACK_SIDE back; back side; reverse; verso; оборот; оборотная; оборотная сторона; обратная; обратная сторона; задняя; реверс; 2 сторона; стр 2; арты
BACK_SIDE артқы жағы; сырт жағы
]]
-- luacheck: pop

local function looked_up(words, message, remedy)
  return function(cell)
    local value = words[letters.word(cell)]
    if value then return value end
    return nil, message, remedy
  end
end

-- Last words of a whole name that belong to the one before: "oglu" and its like.
local belongs = {}
for word in ("оглы оглу кызы улы ұлы қызы uly kyzy ogly oglu qyzy"):gmatch("[^ ]+") do belongs[word] = true end

--- Takes a whole name apart: last, first and middle name, the last of which may be nil; nil for one that is neither of two nor
--- of three words.
local function apart(cell)
  local words = {}
  if cell:find("[.,]") then return nil end
  for word in cell:gmatch("[^ ]+") do
    if words[2] and belongs[letters.lower(word)] then
      words[#words] = words[#words] .. " " .. word
    else
      words[#words + 1] = word
    end
  end
  if #words == 2 or #words == 3 then return words end
end

local function name_part(place, order)
  return function(cell)
    local words = apart(cell)
    if not words then
      return nil, "is not a name of two or three words", "write last, first and middle name into columns of their own"
    end
    return words[order[place]] or ""
  end
end

local LAST_FIRST, FIRST_LAST = { last = 1, first = 2, middle = 3 }, { first = 1, last = 2, middle = 3 }

--- The order "first last", or "first middle last".
local function first_last(place)
  return function(cell)
    local words = apart(cell)
    if words and words[3] then words[2], words[3] = words[3], words[2] end
    if not words then return name_part(place, FIRST_LAST)(cell) end
    return words[FIRST_LAST[place]] or ""
  end
end

-- Capitals and small letters of Cyrillic and Latin that look the same.
local latin_of, cyrillic_of = {}, {}
local twins = "АA ВB ЕE КK МM НH ОO РP СC ТT УY ХX аa еe оo рp сc уy хx іi ІI һh ҺH"
for cyrillic, latin in twins:gmatch("([\208-\212][\128-\191])([A-Za-z])") do
  latin_of[cyrillic], cyrillic_of[latin] = latin, cyrillic
end

--- Latin letters for Cyrillic ones that look the same, where no others are there.
local function latin(cell)
  local changed = cell:gsub("[\208-\212][\128-\191]", latin_of)
  if changed:find("[\128-\255]") then
    return nil, "has Cyrillic letters without a Latin one that looks the same", "correct the cell"
  end
  return changed
end

--- Cyrillic letters for Latin ones that look the same: keyboards without і and һ.
local function cyrillic(cell)
  if not cell:find("[\208-\212]") then return cell end
  local changed = cell:gsub("[A-Za-z]", cyrillic_of)
  if changed:find("[A-Za-z]") then
    return nil, "has Latin letters without a Cyrillic one that looks the same", "correct the cell"
  end
  return changed
end

M.looks = latin_of

local function plain(read) return function() return { read = read } end end

-- Makers of readers by what a mapping calls them: {read = fun(cell): value?, problem, remedy, survey = fun(cell)?}.
M.readers = {
  country = plain(country), ["country-2"] = plain(country_2), ["country-numeric"] = plain(country_numeric), sex = sex_reader,
  document = plain(looked_up(documents, "is not a document whose type is known by this name",
    "list it under [values …: document] with a type of your level, or OTHER")),
  side = plain(looked_up(sides, "is not a side that is known by this word", "list it under [values …: side]")),
  ["name-last"] = plain(name_part("last", LAST_FIRST)), ["name-first"] = plain(name_part("first", LAST_FIRST)),
  ["name-middle"] = plain(name_part("middle", LAST_FIRST)), ["name-first-last"] = plain(first_last("last")),
  ["name-first-first"] = plain(first_last("first")), ["name-first-middle"] = plain(first_last("middle")),
  latin = plain(latin), cyrillic = plain(cyrillic),
}

return M
