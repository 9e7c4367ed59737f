select published.* -- noqa: AM04
from {{ source('published', 'score_changes_monthly') }} as published
inner join {{ ref('stg_published__revisions') }} using (period_month, revision)
