-- Letters of tables as people compare them: what looks the same is the same. For names of columns, words of dictionaries and
-- names of files; cells are cleaned only.
--
-- Latin and Cyrillic, which is what the tables that are read here have; other scripts stay as they are. Nothing here goes by
-- the locale of the program.

local M = {}

local BLANK = "[ \t\r\n\v\f]"

-- Letters that have a mark of their own behind them, and what they are together (the composed form of Unicode): base and
-- whole, by the mark.
local composed = {
  ["\204\128"] = "AÀ EÈ IÌ OÒ UÙ aà eè iì oò uù ÜǛ üǜ NǸ nǹ ЕЀ ИЍ еѐ иѝ ĒḔ ēḕ ŌṐ ōṑ WẀ wẁ ÂẦ âầ ĂẰ ăằ ÊỀ êề ÔỒ ôồ "
    .. "ƠỜ ơờ ƯỪ ưừ YỲ yỳ",
  ["\204\129"] = "AÁ EÉ IÍ OÓ UÚ YÝ aá eé ií oó uú yý CĆ cć LĹ lĺ NŃ nń RŔ rŕ SŚ sś ZŹ zź ÜǗ üǘ GǴ gǵ ÅǺ åǻ ÆǼ æǽ "
    .. "ØǾ øǿ ГЃ КЌ гѓ кќ ÇḈ çḉ ĒḖ ēḗ ÏḮ ïḯ KḰ kḱ MḾ mḿ ÕṌ õṍ ŌṒ ōṓ PṔ pṕ ŨṸ ũṹ WẂ wẃ ÂẤ âấ ĂẮ ăắ ÊẾ êế ÔỐ ôố ƠỚ ơớ "
    .. "ƯỨ ưứ",
  ["\204\130"] = "AÂ EÊ IÎ OÔ UÛ aâ eê iî oô uû CĈ cĉ GĜ gĝ HĤ hĥ JĴ jĵ SŜ sŝ WŴ wŵ YŶ yŷ ZẐ zẑ ẠẬ ạậ ẸỆ ẹệ ỌỘ ọộ",
  ["\204\131"] = "AÃ NÑ OÕ aã nñ oõ IĨ iĩ UŨ uũ VṼ vṽ ÂẪ âẫ ĂẴ ăẵ EẼ eẽ ÊỄ êễ ÔỖ ôỗ ƠỠ ơỡ ƯỮ ưữ YỸ yỹ",
  ["\204\132"] = "AĀ aā EĒ eē IĪ iī OŌ oō UŪ uū ÜǕ üǖ ÄǞ äǟ ȦǠ ȧǡ ÆǢ æǣ ǪǬ ǫǭ ÖȪ öȫ ÕȬ õȭ ȮȰ ȯȱ YȲ yȳ ИӢ иӣ УӮ уӯ "
    .. "GḠ gḡ ḶḸ ḷḹ ṚṜ ṛṝ",
  ["\204\134"] = "AĂ aă EĔ eĕ GĞ gğ IĬ iĭ OŎ oŏ UŬ uŭ УЎ ИЙ ий уў ЖӁ жӂ АӐ аӑ ЕӖ еӗ ȨḜ ȩḝ ẠẶ ạặ",
  ["\204\135"] = "CĊ cċ EĖ eė GĠ gġ Iİ ZŻ zż AȦ aȧ OȮ oȯ BḂ bḃ DḊ dḋ FḞ fḟ HḢ hḣ MṀ mṁ NṄ nṅ PṖ pṗ RṘ rṙ SṠ sṡ ŚṤ "
    .. "śṥ ŠṦ šṧ ṢṨ ṣṩ TṪ tṫ WẆ wẇ XẊ xẋ YẎ yẏ ſẛ",
  ["\204\136"] = "AÄ EË IÏ OÖ UÜ aä eë iï oö uü yÿ YŸ ЕЁ ІЇ её ії АӒ аӓ ӘӚ әӛ ЖӜ жӝ ЗӞ зӟ ИӤ иӥ ОӦ оӧ ӨӪ өӫ ЭӬ эӭ "
    .. "УӰ уӱ ЧӴ чӵ ЫӸ ыӹ HḦ hḧ ÕṎ õṏ ŪṺ ūṻ WẄ wẅ XẌ xẍ tẗ",
  ["\204\137"] = "AẢ aả ÂẨ âẩ ĂẲ ăẳ EẺ eẻ ÊỂ êể IỈ iỉ OỎ oỏ ÔỔ ôổ ƠỞ ơở UỦ uủ ƯỬ ưử YỶ yỷ",
  ["\204\138"] = "AÅ aå UŮ uů wẘ yẙ",
  ["\204\139"] = "OŐ oő UŰ uű УӲ уӳ",
  ["\204\140"] = "CČ cč DĎ dď EĚ eě LĽ lľ NŇ nň RŘ rř SŠ sš TŤ tť ZŽ zž AǍ aǎ IǏ iǐ OǑ oǒ UǓ uǔ ÜǙ üǚ GǦ gǧ KǨ kǩ "
    .. "ƷǮ ʒǯ jǰ HȞ hȟ",
  ["\204\143"] = "AȀ aȁ EȄ eȅ IȈ iȉ OȌ oȍ RȐ rȑ UȔ uȕ ѴѶ ѵѷ",
  ["\204\145"] = "AȂ aȃ EȆ eȇ IȊ iȋ OȎ oȏ RȒ rȓ UȖ uȗ",
  ["\204\155"] = "OƠ oơ UƯ uư",
  ["\204\163"] = "BḄ bḅ DḌ dḍ HḤ hḥ KḲ kḳ LḶ lḷ MṂ mṃ NṆ nṇ RṚ rṛ SṢ sṣ TṬ tṭ VṾ vṿ WẈ wẉ ZẒ zẓ AẠ aạ EẸ eẹ IỊ iị "
    .. "OỌ oọ ƠỢ ơợ UỤ uụ ƯỰ ưự YỴ yỵ",
  ["\204\164"] = "UṲ uṳ",
  ["\204\165"] = "AḀ aḁ",
  ["\204\166"] = "SȘ sș TȚ tț",
  ["\204\167"] = "CÇ cç GĢ gģ KĶ kķ LĻ lļ NŅ nņ RŖ rŗ SŞ sş TŢ tţ EȨ eȩ DḐ dḑ HḨ hḩ",
  ["\204\168"] = "AĄ aą EĘ eę IĮ iį UŲ uų OǪ oǫ",
  ["\204\173"] = "DḒ dḓ EḘ eḙ LḼ lḽ NṊ nṋ TṰ tṱ UṶ uṷ",
  ["\204\174"] = "HḪ hḫ",
  ["\204\176"] = "EḚ eḛ IḬ iḭ UṴ uṵ",
  ["\204\177"] = "BḆ bḇ DḎ dḏ KḴ kḵ LḺ lḻ NṈ nṉ RṞ rṟ TṮ tṯ ZẔ zẕ hẖ",
}
for mark, pairs_of in pairs(composed) do
  local whole_of = {}
  for base, whole in pairs_of:gmatch("([%z\1-\127\194-\244][\128-\191]*)([%z\1-\127\194-\244][\128-\191]*)") do
    if base ~= " " then whole_of[base] = whole end
  end
  composed[mark] = whole_of
end

--- Puts letters and the marks behind them together, as far as there is a letter for both.
local function compose(text)
  local out = {}
  for char in text:gmatch("[%z\1-\127\194-\244][\128-\191]*") do
    local whole = composed[char] and composed[char][out[#out]]
    if whole then out[#out] = whole else out[#out + 1] = char end
  end
  return table.concat(out)
end

-- Invisible characters, and blanks of every kind: what they become.
local odd = {
  ["\194\173"] = "", ["\205\143"] = "", ["\225\160\142"] = "", ["\239\187\191"] = "", -- soft hyphen, joiner, U+180E, mark
  ["\194\133"] = " ", ["\194\160"] = " ", ["\225\154\128"] = " ", ["\226\129\159"] = " ", ["\227\128\128"] = " ",
}
for byte = 128, 138 do odd["\226\128" .. string.char(byte)] = " " end -- U+2000 to U+200A
for byte = 139, 143 do odd["\226\128" .. string.char(byte)] = "" end -- of no width, and marks of direction
for _, byte in ipairs { 168, 169, 175 } do odd["\226\128" .. string.char(byte)] = " " end -- ends of lines, narrow blank
for byte = 170, 174 do odd["\226\128" .. string.char(byte)] = "" end -- embeddings
for byte = 160, 169 do odd["\226\129" .. string.char(byte)] = "" end -- word joiner, isolates

local LEADS = "[\194\204\205\225-\227\239]" -- first bytes of all that is odd

--- Whether nothing of a line's cells is changed by `clean` but blanks at their ends.
---@param line string
---@param separator string?
---@return boolean
function M.is_plain(line, separator)
  return not line:find(separator == "\t" and "[\194\204\205\225-\227\239\r\n\v\f]"
    or "[\194\204\205\225-\227\239\t\r\n\v\f]") and not line:find("  ", 1, true)
end

--- A text without invisible characters, every kind of blank one blank, none at its ends, letters and their marks in one.
---@param text string
---@return string clean
---@return integer? dropped how many invisible characters it had
function M.clean(text)
  local dropped
  if text:find(LEADS) then
    local function replace(char)
      local to = odd[char]
      if to == "" then dropped = (dropped or 0) + 1 end
      return to
    end
    text = text:gsub("[\194\205][\128-\191]", replace):gsub("[\225-\227\239][\128-\191][\128-\191]", replace)
    if text:find("[\204\205]") then text = compose(text) end
  end
  text = text:gsub(BLANK .. "+", " "):match("^ ?(.-) ?$")
  return text, dropped
end

-- Capitals and their small letters: Latin up to U+024F and Cyrillic, of two bytes each; and Ё, which is Е here.
local small = {}
local function utf8_of(code) return string.char(192 + math.floor(code / 64), 128 + code % 64) end
local function pair(from, to) small[utf8_of(from)] = utf8_of(to) end
for code = 0xC0, 0xDE do if code ~= 0xD7 then pair(code, code + 32) end end
for code = 0x100, 0x177 do
  local odd_first = code >= 0x139 and code <= 0x148
  if (code % 2 == 1) == odd_first and code ~= 0x130 and code ~= 0x131 and code ~= 0x138 then pair(code, code + 1) end
end
for _, code in ipairs { 0x179, 0x17B, 0x17D } do pair(code, code + 1) end
pair(0x178, 0xFF)
for code = 0x1CD, 0x1DB, 2 do pair(code, code + 1) end
for code = 0x1DE, 0x232, 2 do if code ~= 0x1F0 and code ~= 0x220 then pair(code, code + 1) end end
for code = 0x400, 0x40F do pair(code, code + 80) end
for code = 0x410, 0x42F do pair(code, code + 32) end
for code = 0x460, 0x480, 2 do pair(code, code + 1) end
for code = 0x48A, 0x4BE, 2 do pair(code, code + 1) end
pair(0x4C0, 0x4CF)
for code = 0x4C1, 0x4CD, 2 do pair(code, code + 1) end
for code = 0x4D0, 0x52E, 2 do pair(code, code + 1) end
small["\208\129"], small["\209\145"] = "\208\181", "\208\181"
local ascii = {}
for byte = 65, 90 do ascii[string.char(byte)] = string.char(byte + 32) end

--- A text in small letters, with ё as е.
---@param text string
---@return string
function M.lower(text)
  text = text:gsub("[A-Z]", ascii)
  if not text:find("[\195-\225]") then return text end
  text = text:gsub("[\195-\212][\128-\191]", small)
  return (text:gsub("(\225[\184-\187])([\128-\191])", function(lead, last) -- U+1E00 to U+1EFF, which go in pairs
    local byte = last:byte()
    if byte % 2 == 0 and not (lead == "\225\186" and byte >= 150 and byte <= 159) then
      return lead .. string.char(byte + 1)
    end
  end))
end

--- A name of a column as it is compared: cleaned, in small letters, without stars and colons at its end.
---@param text string
---@return string
function M.fold(text)
  return (M.lower(M.clean(text)):gsub("[*: ]+$", ""))
end

-- What stands between words of a dictionary and is none.
local between = "[.,:;*()\"/#_&-]"
local quotes = { ["\194\171"] = " ", ["\194\187"] = " ", ["\226\128\147"] = " ", ["\226\132\150"] = " n " } -- « » – №

--- A word of a dictionary as it is compared: folded, and what parts words is a blank.
---@param text string
---@return string
function M.word(text)
  text = M.lower(M.clean(text)):gsub("\194[\171\187]", quotes):gsub("\226[\128\132][\147\150]", quotes)
  text = (" " .. text .. " "):gsub(" о%-ва([ .,;)])", " острова%1"):gsub(" о%-в([ .,;)])", " остров%1")
  return (M.clean((text:gsub(between, " "))))
end

return M
