-- One argument too many.
--- @args id now id
return id .. now
