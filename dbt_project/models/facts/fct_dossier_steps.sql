-- Late dossiers are few: their steps are looked up for each build, and those of all others never.
with late as (
    select
        dossier.*,
        periods.ends_at,
        periods.judged_on,
        periods.is_judged_at_end,
        due_dates.calendar_place
    from {{ ref('fct_dossier_months') }} as dossier
    inner join {{ ref('int_periods') }} as periods using (period_month)
    inner join {{ ref('int_dossier_due_dates') }} as due_dates using (province_code, source_id)
    where dossier.is_timed and not dossier.is_on_time
),

dossiers as materialized (
    select distinct
        late.province_code,
        late.source_id
    from late
),

states as (
    select
        versions.province_code,
        versions.source_id,
        versions.version_id,
        versions.updated_at,
        codes.meaning::integer as national_state,
        lag(codes.meaning) over (
            partition by versions.province_code, versions.source_id
            order by versions.version_id
        )::integer as earlier_state
    from dossiers
    inner join
        {{ ref('stg_provincial_portal__dossier_versions') }} as versions
        using (province_code, source_id)
    inner join {{ ref('int_portal_codes') }} as codes
        on
            versions.status_id = codes.code
            and {{ code_in_force('codes', 'provincial_portal', 'dossier_status', 'versions.updated_on') }}
    where not versions.is_deleted
),

steps as (
    select
        province_code,
        source_id,
        national_state,
        updated_at as started_at,
        (row_number() over history)::integer as step_number,
        lead(updated_at) over history as next_started_at
    from states
    where coalesce(national_state <> earlier_state, true)
    window history as (partition by province_code, source_id order by version_id)
),

spent as (
    select
        late.*,
        steps.step_number,
        steps.national_state,
        steps.started_at::date as started_on,
        case
            when steps.national_state not in (1, 2, 4, 5, 6) then null
            when steps.next_started_at < late.ends_at then least(steps.next_started_at::date, late.ended_on)
            when late.ended_on is not null or late.is_judged_at_end then least(late.ended_on, late.judged_on)
        end as left_on
    from late
    inner join steps using (province_code, source_id)
    where steps.started_at < late.ends_at
)

select
    spent.province_code,
    spent.source,
    spent.source_id,
    spent.period_month,
    spent.step_number,
    spent.dossier_code,
    spent.reporting_agency_code,
    spent.province_agency_code,
    spent.procedure_code,
    spent.national_state,
    spent.started_on,
    case
        when spent.left_on is not null
            then greatest(left_day.working_day_index - started_day.working_day_index, 0)
    end::integer as working_days_spent
from spent
{{ calendar_day('spent.calendar_place', 'spent.started_on', 'started_day') }}
{{ calendar_day('spent.calendar_place', 'spent.left_on', 'left_day') }}
