-- The numbers of Kazakhstan: IIN of people and BIN of organisations. Twelve digits, the last of which is a check of the
-- others; it proves little, since the one before it does not count.

local M = {}

local second = { 3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2 }

--- Whether the check digit of twelve digits is right.
---@param digits string
---@return boolean
function M.is_valid(digits)
  if not digits:find("^%d%d%d%d%d%d%d%d%d%d%d%d$") then return false end
  local sum, other = 0, 0
  for i = 1, 11 do
    local digit = digits:byte(i) - 48
    sum, other = sum + digit * i, other + digit * second[i]
  end
  local check = sum % 11
  if check == 10 then check = other % 11 end
  return check ~= 10 and check == digits:byte(12) - 48
end

--- Whether a number is that of an organisation, by its fifth digit.
---@param digits string
---@return boolean
function M.is_bin(digits) return digits:find("^....[4-6]") ~= nil end

--- The day of birth and the sex that a number tells: 1990-05-31, "F"; nil where it does not tell them.
---@param digits string
---@return string? day
---@return string? sex
function M.person(digits)
  local year, month, day, seventh = digits:match("^(%d%d)(%d%d)(%d%d)([1-6])")
  if not year then return nil end
  seventh = tonumber(seventh)
  return ("%d%s-%s-%s"):format(17 + math.ceil(seventh / 2), year, month, day), seventh % 2 == 1 and "M" or "F"
end

-- Blanks, hyphens, and what a column read as numbers has behind them.
local function plain(text)
  return (text:gsub("[.,]0$", ""):gsub("\194\160", ""):gsub("[ -]", ""))
end

--- Reads a number of a person. A number that lost zeros in front is completed only where its check digit and the day of
--- birth confirm it.
---@param text string
---@param day? string the person's day of birth by the row
---@return string? number nil for one that cannot be taken
---@return string? message or, with a number, "completed" where zeros were put back
---@return string? remedy
function M.read(text, day)
  local digits = plain(text)
  local missing = 12 - #digits
  if not digits:find("^%d+$") or missing < 0 or missing > 2 then
    return nil, "is not a number of 12 digits", "correct the cell"
  end
  digits = ("0"):rep(missing) .. digits
  if M.is_bin(digits) and M.is_valid(digits) then
    return nil, "is the number of an organisation (BIN)", "write the person's"
  elseif not M.is_valid(digits) then
    return nil, missing > 0 and "lacks digits, and what is left does not fit its check digit"
      or "has a check digit that is wrong", "see whether a digit is mistyped or zeros are lost"
  elseif missing > 0 and (not day or M.person(digits) ~= day) then
    return nil, "lacks its first zeros, and the date of birth does not confirm it", "format the column as text and save again"
  end
  return digits, missing > 0 and "completed" or nil
end

return M
