select origin.is_synthetic
from {{ source('ops', 'origin') }} as origin
