with kinds as (
    select
        dossier.province_agency_code as province_code,
        dossier.period_month,
        bearer.agency_code,
        count(*) filter (where not dossier.is_timed) as dossiers_without_deadline,
        count(*) filter (where dossier.lateness_kind = 'late') as dossiers_late_not_apologised,
        count(*) filter (where dossier.lateness_kind = 'late_apologised') as dossiers_late_apologised,
        count(*) filter (where dossier.lateness_kind = 'late_by_first_date') as dossiers_late_by_first_date,
        count(*) filter (where dossier.lateness_kind = 'late_on_arrival') as dossiers_late_on_arrival,
        count(*) filter (where dossier.lateness_kind = 'late_for_citizen') as dossiers_late_for_citizen
    from {{ ref('dossiers_in_hand_monthly') }} as dossier
    {{ each_bearer('dossier') }}
    group by 1, 2, 3
),

-- several changes of one dossier may each decide its verdict; it counts once
redated as (
    select
        change.province_code,
        change.period_month,
        change.agency_code,
        change.source_id,
        coalesce(sign(sum(change.numerator_effect) filter (where change.is_counted)), 0) as effect_counted,
        coalesce(sign(sum(change.numerator_effect) filter (where not change.is_counted)), 0) as effect_to_come
    from {{ ref('dossier_redatings_monthly') }} as change
    group by 1, 2, 3, 4
),

effects as (
    select
        redated.province_code,
        redated.period_month,
        redated.agency_code,
        count(*) as dossiers_redated,
        sum(redated.effect_counted) as effect_counted,
        sum(redated.effect_to_come) as effect_to_come
    from redated
    group by 1, 2, 3
),

cards as (
    select
        card.*,
        coalesce(effect.dossiers_redated, 0) as dossiers_redated,
        card.numerator - coalesce(effect.effect_counted, 0) as numerator_by_first_dates,
        card.numerator + coalesce(effect.effect_to_come, 0) as numerator_by_changed_dates
    from {{ ref('agency_scorecards_monthly') }} as card
    left join effects as effect using (province_code, period_month, agency_code)
    where card.indicator_code = '2.1'
),

scored as (
    select
        card.province_code,
        card.period_month,
        card.agency_code,
        card.denominator as dossiers_judged,
        card.denominator - card.numerator as dossiers_late,
        kind.dossiers_late_not_apologised,
        kind.dossiers_late_apologised,
        kind.dossiers_late_by_first_date,
        kind.dossiers_late_on_arrival,
        kind.dossiers_late_for_citizen,
        kind.dossiers_without_deadline,
        portal.portal_denominator - portal.portal_numerator as portal_dossiers_late,
        card.dossiers_redated,
        card.numerator_by_first_dates,
        card.numerator_by_changed_dates,
        card.points,
        coalesce({{ score_points('by_first_dates') }}, card.points) as points_by_first_dates,
        coalesce({{ score_points('by_changed_dates') }}, card.points) as points_by_changed_dates,
        card.revision
    from cards as card
    cross join
        lateral (
            values (
                card.numerator_by_first_dates,
                card.denominator,
                card.target,
                card.max_points,
                card.status::text,
                ''
            )
        ) as by_first_dates (numerator, denominator, target, max_points, status, zero_rule)
    cross join
        lateral (
            values (
                card.numerator_by_changed_dates,
                card.denominator,
                card.target,
                card.max_points,
                card.status::text,
                ''
            )
        ) as by_changed_dates (numerator, denominator, target, max_points, status, zero_rule)
    left join kinds as kind using (province_code, period_month, agency_code)
    left join {{ ref('score_reconciliations_monthly') }} as portal
        on
            card.province_code = portal.province_code
            and card.period_month = portal.period_month
            and card.agency_code = portal.agency_code
            and portal.row_code = '2.1'
)

{{ as_described('scored', plainly=true) }}
