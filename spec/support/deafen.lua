-- A commit whose answer is lost: it was made, and who asked for it does not hear so.

--- Has a store hear nothing of the next commit in what is called through what this gives, or of so many.
---@param kept idngo.run.Store
---@param many integer?
---@return fun(fn: function, ...): any
return function(kept, many)
  local commit, deaf = kept.tables.commit, 0
  function kept.tables.commit(self)
    commit(self)
    if deaf == 0 then return end
    deaf = deaf - 1
    error(self.gone("lost"), 0)
  end
  return function(fn, ...)
    deaf = many or 1
    return fn(...)
  end
end
