select published.* -- noqa: AM04
from {{ source('published', 'source_corrections_monthly') }} as published
inner join {{ ref('stg_published__revisions') }} using (period_month, revision)
