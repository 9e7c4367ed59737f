with recursive list_scopes as (
    -- '' = any field of procedure; the others are named by a succession of their own
    select '' as field_code
    union
    select succession.field_code
    from {{ ref('agency_successions') }} as succession
    where succession.field_code is not null
),

name_holders as (
    -- who bore the codes then: the predecessor on its last day, the successor on its first
    select
        coalesce(ended.agency_key, succession.predecessor_code) as predecessor_key,
        succession.predecessor_code,
        succession.field_code,
        coalesce(holder.agency_key, succession.successor_code) as successor_key,
        succession.successor_code,
        succession.effective_on
    from {{ ref('agency_successions') }} as succession
    {{ holder_on('succession.predecessor_code', 'succession.effective_on - 1', alias='ended') }}
    {{ holder_on('succession.successor_code', 'succession.effective_on') }}
),

list_steps as (
    select
        succession.predecessor_key,
        succession.predecessor_code,
        scope.field_code,
        succession.successor_key,
        succession.successor_code,
        succession.effective_on
    from name_holders as succession
    inner join list_scopes as scope
        on coalesce(succession.field_code, scope.field_code) = scope.field_code
    where
        succession.field_code is not null
        or not exists (
            select 1
            from name_holders as scoped
            where
                scoped.predecessor_key = succession.predecessor_key
                and scoped.field_code = scope.field_code
        )
),

follow_steps as (
    select * from list_steps
    union
    select
        followed.predecessor_key,
        followed.predecessor_code,
        followed.field_code,
        step.successor_key,
        step.successor_code,
        greatest(followed.effective_on, step.effective_on) as effective_on
    from follow_steps as followed
    inner join list_steps as step
        on
            followed.successor_key = step.predecessor_key
            and followed.field_code = step.field_code
)

select
    followed.predecessor_key,
    followed.predecessor_code,
    followed.field_code,
    followed.successor_key,
    followed.successor_code,
    min(followed.effective_on) as effective_on
from follow_steps as followed
group by
    followed.predecessor_key,
    followed.predecessor_code,
    followed.field_code,
    followed.successor_key,
    followed.successor_code
