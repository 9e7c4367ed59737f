select published.* -- noqa: AM04
from {{ source('published', 'agency_scorecards_monthly') }} as published
inner join {{ source('published', 'revisions') }} using (period_month, revision)
where {{ came_before('revisions') }}
