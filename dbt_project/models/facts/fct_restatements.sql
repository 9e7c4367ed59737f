{{ config(materialized='view') }}

-- What the newest watch found, but for months that were corrected since.
with newest as (
    select
        run.run_id,
        run.finished_at
    from {{ ref('stg_ops__runs') }} as run
    where
        run.kind = 'watching'
        and run.state = 'succeeded'
    order by run.run_id desc
    limit 1
)

select
    restatement.*, -- noqa: AM04
    coalesce(restatement.rank_before, 0) <> coalesce(restatement.rank_after, 0) as moves_a_rank,
    newest.finished_at as found_at
from {{ ref('stg_ops__restatements') }} as restatement
inner join newest using (run_id)
inner join {{ ref('stg_published__revisions') }} using (period_month, revision)
