-- dossiers that are alike in all that counts are looked at once
with in_hand as (
    select
        dossier.province_code,
        bearer.agency_code as bearer_code,
        dossier.period_month,
        dossier.is_timed,
        dossier.is_on_time,
        dossier.has_fee,
        dossier.has_fee and dossier.is_paid_online as is_fee_paid_online,
        {{ fits_cause('cash_counted', 'dossier') }} as is_paid_by_flag_alone,
        dossier.has_result_file,
        dossier.is_digitised,
        dossier.reuses_data,
        dossier.in_national_store,
        dossier.is_vneid_verified or dossier.uses_population_data as uses_population_data,
        dossier.is_satisfied,
        dossier.is_recoded,
        {{ fits_cause('late_sync', 'dossier', 'month.last_on - lag.value::integer + 1') }} as came_late,
        {{ fits_cause('status_rewritten', 'dossier') }} as waits_long,
        {{ fits_cause('re_dated', 'dossier') }} as is_re_dated,
        {{ fits_cause('re_dated', 'dossier') }}
        and not (dossier.is_rated_unsatisfied or dossier.is_complained_about) as is_re_dated_alone,
        count(*) as dossiers
    from {{ ref('fct_dossier_months') }} as dossier
    inner join {{ ref('dim_months') }} as month on dossier.period_month = month.period_month
    {{ each_bearer('dossier') }}
    {{ rule_on('portal_sync_days', 'month.last_on', 'lag') }}
    where bearer.agency_code is not null
    group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19
),

judged as (
    select
        dossier.*,
        cell.*
    from in_hand as dossier
    cross join lateral (
        values
        ('2.1', dossier.is_timed, dossier.is_on_time),
        ('3.6', dossier.has_fee, dossier.is_fee_paid_online),
        ('4.1', true, dossier.has_result_file),
        ('4.2', true, dossier.is_digitised),
        ('4.3', true, dossier.reuses_data),
        ('4.4', true, dossier.in_national_store),
        ('4.5b', true, dossier.uses_population_data),
        ('5.4', true, dossier.is_satisfied)
    ) as cell (indicator_code, is_in_base, is_counted)
),

effects as (
    select
        judged.province_code,
        judged.bearer_code as agency_code,
        judged.period_month,
        judged.indicator_code,
        effect.cause_code,
        effect.numerator_effect * judged.dossiers as numerator_effect,
        effect.denominator_effect * judged.dossiers as denominator_effect
    from judged
    cross join
        lateral (
            values
            ('late_sync', judged.came_late, -judged.is_counted::int, -judged.is_in_base::int),
            ('status_rewritten', judged.waits_long, -judged.is_counted::int, -judged.is_in_base::int),
            ('re_keyed', judged.is_recoded, judged.is_counted::int, judged.is_in_base::int),
            ('re_dated', judged.is_re_dated and judged.indicator_code = '2.1', 1, 0),
            ('re_dated', judged.is_re_dated_alone and judged.indicator_code = '5.4', 1, 0),
            ('missing_deadline_on_time', judged.indicator_code = '2.1' and not judged.is_timed, 1, 1),
            ('cash_counted', judged.indicator_code = '3.6' and judged.is_paid_by_flag_alone, 1, 0),
            ('flag_forced', judged.is_counted and judged.indicator_code ~ '^4[.][^1]', -1, 0)
        ) as effect (cause_code, applies, numerator_effect, denominator_effect)
    where effect.applies
    union all
    select
        filing.province_code,
        bearer.agency_code,
        filing.period_month,
        '3.3' as indicator_code,
        'late_sync' as cause_code,
        -filing.is_filed_online::integer as numerator_effect,
        -1 as denominator_effect
    from {{ ref('fct_filing_months') }} as filing
    inner join {{ ref('dim_months') }} as month on filing.period_month = month.period_month
    {{ each_bearer('filing') }}
    {{ rule_on('portal_sync_days', 'month.last_on', 'lag') }}
    where filing.received_on > month.last_on - lag.value::integer and filing.received_on <= month.last_on
    union all
    select
        petition.province_code,
        petition.province_agency_code as agency_code,
        petition.period_month,
        cell.indicator_code,
        'petition_unassigned' as cause_code,
        -cell.is_counted::integer as numerator_effect,
        -1 as denominator_effect
    from {{ ref('fct_petition_months') }} as petition
    cross join
        lateral (
            values
            ('5.2', true, petition.is_on_time),
            (
                '5.3', petition.is_first_received,
                petition.is_on_time and not petition.is_disliked and not petition.is_repeated
            )
        ) as cell (indicator_code, is_in_base, is_counted)
    where petition.reporting_agency_code is null and cell.is_in_base
)

select
    effects.province_code,
    effects.agency_code,
    effects.period_month,
    effects.indicator_code,
    effects.cause_code,
    sum(effects.numerator_effect) as numerator_effect,
    sum(effects.denominator_effect) as denominator_effect
from effects
where effects.agency_code is not null
group by 1, 2, 3, 4, 5
