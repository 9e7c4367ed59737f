{{ config(
    materialized='incremental',
    incremental_strategy='append',
    indexes=[{'columns': ['province_code', 'source_id']}],
    pre_hook='{{ forget_touched_dossiers() }}',
) }}

-- what a request for papers or a letter set is told by it
with told_apart as (
    select distinct
        events.province_code,
        events.source_id,
        events.due_after_on
    from {{ ref('int_dossiers_touched') }} as touched
    inner join {{ ref('stg_provincial_portal__dossier_due_events') }} as events using (version_id)
    where not touched.is_gone and events.due_after_on is not null
),

shown as (
    select
        province_code,
        source_id,
        version_id,
        updated_at,
        due_on,
        received_at::date as received_on,
        national_state in (2, 4, 5, 6) as is_open,
        national_state = 3 as is_refused,
        -- nothing ends before its receipt
        case
            when national_state in (9, 10) and coalesce(completed_at, delivered_at) is not null
                then greatest(least(completed_at, delivered_at), received_at)
            when national_state = 3 and refused_at is not null then greatest(refused_at, received_at)
        end::date as finished_on
    from {{ ref('int_dossier_states') }}
),

compared as (
    select
        shown.*,
        lag(shown.updated_at) over history as earlier_updated_at,
        lag(shown.due_on) over history as earlier_due_on,
        lag(shown.received_on) over history as earlier_received_on,
        case
            when
                shown.is_refused = lag(shown.is_refused) over history
                then lag(shown.finished_on) over history
        end
            as earlier_finished_on,
        coalesce(lag(shown.is_open) over history, false) as was_open,
        max(shown.finished_on)
            over (history rows between unbounded preceding and 1 preceding)
            as once_finished_on
    from shown
    window history as (partition by province_code, source_id order by version_id)
),

-- An opening is a run of open states and what follows it; its last finish is the one that stands.
opened as (
    select
        compared.*,
        count(*) filter (where compared.is_open and not compared.was_open) over (
            partition by compared.province_code, compared.source_id
            order by compared.version_id
        ) as opening_number
    from compared
),

standing as (
    select
        opened.*,
        -- an open state was still shown on a later day; a date of an ending undone before is not its own
        case
            when
                opened.was_open
                and opened.finished_on < opened.earlier_updated_at::date
                and opened.finished_on <> coalesce(opened.once_finished_on, 'infinity')
                then opened.earlier_updated_at::date
        end as still_open_on,
        last_value(opened.finished_on) over (
            partition by opened.province_code, opened.source_id, opened.opening_number
            order by opened.version_id
            rows between unbounded preceding and unbounded following
        ) as standing_on
    from opened
)

select
    told.province_code,
    told.source_id,
    change.date_code,
    told.updated_at as changed_at,
    told.version_id as position,
    change.before_on,
    change.after_on,
    case when change.date_code = 'finished' then told.standing_on end as standing_on
from standing as told
left join told_apart as known
    on
        told.province_code = known.province_code
        and told.source_id = known.source_id
        and told.due_on = known.due_after_on
cross join
    lateral (
        values
        ('due', told.earlier_due_on, told.due_on, told.earlier_received_on),
        ('received', told.earlier_received_on, told.received_on, told.received_on),
        ('finished', told.earlier_finished_on, told.finished_on, told.received_on),
        ('finished', told.still_open_on, told.finished_on, told.received_on)
    ) as change (date_code, before_on, after_on, received_on)
where
    change.before_on <> change.after_on
    and change.received_on is not null
    and not (change.date_code = 'due' and known.source_id is not null)
