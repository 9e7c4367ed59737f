with find_newest as (
    -- a procedure that is announced again keeps the versions of its earlier decisions
    select
        version.province_code,
        version.procedure_code,
        version.decision_id,
        version.announcing_agency_code,
        version.newest_basis_effective_on,
        version.published_on,
        row_number() over (
            partition by version.province_code, version.procedure_code, version.decision_id
            order by version.version_id desc
        ) as age
    from {{ ref('stg_national_portal__procedure_versions') }} as version
    where
        not version.is_deleted
        and version.decision_id is not null
        and exists (
            select 1
            from {{ ref('dim_agencies') }} as province
            where
                province.province_code = version.province_code
                and province.agency_code = version.announcing_agency_code
                and province.peer_group = 'province'
        )
),

apply_rules as (
    select
        newest.province_code,
        newest.procedure_code,
        newest.decision_id,
        decision.decision_number,
        decision.decided_on,
        newest.announcing_agency_code,
        newest.newest_basis_effective_on,
        newest.published_on,
        lead_rule.value::integer as lead_days,
        publication_rule.value::integer as publication_days
    from find_newest as newest
    inner join {{ ref('stg_national_portal__decisions') }} as decision using (province_code, decision_id)
    {{ rule_on('announcement_lead_days', 'decision.decided_on', 'lead_rule') }}
    {{ rule_on('publication_days', 'decision.decided_on', 'publication_rule') }}
    where newest.age = 1
),

find_bounds as materialized (  -- once, and not for each decision
    select
        min(day.date_on) as first_on,
        max(day.date_on) as last_on
    from {{ ref('int_calendar') }} as day
)

select
    rule.province_code,
    rule.procedure_code,
    rule.decision_id,
    rule.decision_number,
    rule.decided_on,
    rule.announcing_agency_code,
    rule.newest_basis_effective_on,
    -- the n-th working day strictly before the basis takes effect
    announce_by.date_on as announce_by_on,
    rule.published_on,
    -- the n-th working day after the decision
    publish_by.date_on as publish_by_on
from apply_rules as rule
cross join find_bounds as calendar
-- a year typed wrong lies outside the calendar; before its first month is as good as in it
{{ calendar_day("''", "case when rule.newest_basis_effective_on is not null then greatest(
    least(rule.newest_basis_effective_on - 1, calendar.last_on), calendar.first_on + 30
) end", 'day_before_effect') }}
{{ working_day("''", 'day_before_effect.working_day_index - rule.lead_days + 1', 'announce_by') }}
{{ calendar_day("''", 'rule.decided_on', 'decision_day') }}
{{ working_day("''", 'decision_day.working_day_index + rule.publication_days', 'publish_by') }}
