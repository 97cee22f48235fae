-- Without its key.
--- @args id
--- @include "uses-callback"
return uses_callback(id)
