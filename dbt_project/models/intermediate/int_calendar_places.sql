select distinct place_code
from {{ ref('calendar_days') }}
where place_code is not null
