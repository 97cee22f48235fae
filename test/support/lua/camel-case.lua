-- As TypeScript writes it.
--- @args entryId
return entryId
