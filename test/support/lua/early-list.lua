-- What follows the list would be part of it.
--- @args ...ids now
return now
