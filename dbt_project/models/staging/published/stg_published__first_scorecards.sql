select published.* -- noqa: AM04
from {{ source('published', 'agency_scorecards_monthly') }} as published
inner join {{ ref('stg_published__revisions') }} using (period_month)
where published.revision = 1
