select
    run.run_id,
    run.kind,
    run.state,
    run.finished_at
from {{ source('ops', 'runs') }} as run
