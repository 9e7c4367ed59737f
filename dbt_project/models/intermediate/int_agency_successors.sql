with recursive list_scopes as (
    -- '' = any field of procedure; the others are named by a succession of their own
    select '' as field_code
    union
    select succession.field_code
    from {{ ref('agency_successions') }} as succession
    where succession.field_code is not null
),

list_steps as (
    select
        succession.predecessor_code,
        scope.field_code,
        succession.successor_code,
        succession.effective_on
    from {{ ref('agency_successions') }} as succession
    inner join list_scopes as scope
        on coalesce(succession.field_code, scope.field_code) = scope.field_code
    where
        succession.field_code is not null
        or not exists (
            select 1
            from {{ ref('agency_successions') }} as scoped
            where
                scoped.predecessor_code = succession.predecessor_code
                and scoped.field_code = scope.field_code
        )
),

follow_steps as (
    select * from list_steps
    union
    select
        followed.predecessor_code,
        followed.field_code,
        step.successor_code,
        greatest(followed.effective_on, step.effective_on) as effective_on
    from follow_steps as followed
    inner join list_steps as step
        on
            followed.successor_code = step.predecessor_code
            and followed.field_code = step.field_code
)

select
    followed.predecessor_code,
    followed.field_code,
    followed.successor_code,
    min(followed.effective_on) as effective_on
from follow_steps as followed
group by followed.predecessor_code, followed.field_code, followed.successor_code
