with records as (
    -- both in hand and filed in the month, it is one dossier
    select
        province_code,
        period_month,
        coalesce(dossier.reporting_agency_code, filing.reporting_agency_code) as agency_code,
        coalesce(dossier.dossier_code, filing.dossier_code) as dossier_code,
        array_remove(array[
            case when dossier.source_id is not null then 'dossiers_in_hand' end,
            case when dossier.is_received_in_month then 'dossiers_received' end,
            case when dossier.is_timed then 'dossiers_in_hand_timed' end,
            case when dossier.is_timed and dossier.is_on_time then 'dossiers_in_hand_on_time' end,
            case when not dossier.is_timed then 'dossiers_without_deadline' end,
            case when dossier.has_result_file then 'dossiers_with_result_file' end,
            case when dossier.is_digitised then 'dossiers_digitised' end,
            case when dossier.reuses_data then 'dossiers_reusing_data' end,
            case when dossier.in_national_store then 'dossiers_in_national_store' end,
            case
                when dossier.is_vneid_verified or dossier.uses_population_data
                    then 'dossiers_using_population_data'
            end,
            case when dossier.is_satisfied then 'dossiers_satisfied' end,
            case when dossier.has_fee then 'fee_dossiers_in_hand' end,
            case when dossier.has_fee and dossier.is_paid_online then 'fee_dossiers_paid_online' end,
            case when filing.source_id is not null then 'dossiers_filed' end,
            case when filing.is_filed_online then 'dossiers_filed_online' end
        ], null) as measures,
        case
            when dossier.is_timed and not dossier.is_on_time
                then array_remove(array[
                    'dossiers_in_hand_on_time',
                    case
                        when not (dossier.is_rated_unsatisfied or dossier.is_complained_about)
                            then 'dossiers_satisfied'
                    end
                ], null)
        end as measures_if_on_time
    from {{ ref('fct_dossier_months') }} as dossier
    full join {{ ref('fct_filing_months') }} as filing
        using (province_code, source, source_id, period_month)
),

-- Materialized, they are hashed; with the window below in view, every dossier would be sorted by its array.
patterns as materialized (
    select
        record.province_code,
        record.agency_code,
        record.period_month,
        record.measures,
        record.measures_if_on_time,
        count(*)::integer as dossiers,
        min(record.dossier_code collate "C") as first_dossier_code -- noqa: RF03
    from records as record
    where record.agency_code is not null
    group by
        record.province_code,
        record.agency_code,
        record.period_month,
        record.measures,
        record.measures_if_on_time
)

select
    pattern.*, -- noqa: AM04
    (row_number() over (
        partition by pattern.province_code, pattern.agency_code, pattern.period_month
        order by pattern.measures, pattern.measures_if_on_time
    ))::integer as pattern_no
from patterns as pattern
