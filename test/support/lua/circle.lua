-- Half of a circle.
--- @include "circle-back"
return there()
